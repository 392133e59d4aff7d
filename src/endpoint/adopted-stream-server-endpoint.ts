import { Implements } from "../interface/implements";
import { adopt } from "./adopt";
import { EndpointError } from "./errors";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";

/** A socket that the process was given when it was started, by the number of its file descriptor. */
@Implements(IStreamServerEndpoint)
export class AdoptedStreamServerEndpoint implements IStreamServerEndpoint {
  readonly isPlain = true;
  readonly fd: number;

  /** @throws EndpointError */
  constructor({ fd }: { readonly fd: number }) {
    if (!Number.isInteger(fd) || fd < 0 || fd >= 2 ** 31)
      throw new EndpointError(`a file descriptor must be a whole number, got ${fd}`);
    this.fd = fd;
  }

  get description(): string {
    return `file descriptor ${this.fd}`;
  }

  /** @throws ListenError also when it is listened at for a second time: the system takes it back with the first. */
  listen(listener: ConnectionListener): Promise<ListeningPort> {
    return adopt(this.fd, { listener, place: this });
  }
}
