import { Implements } from "../interface/implements";
import { listenAndAccept, portOf } from "./accept";
import { EndpointError } from "./errors";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";
import { listenError } from "./listen-error";

export interface UNIXServerSettings {
  /** The path of the socket's file. */
  readonly address: string;
  readonly backlog?: number | undefined;
}

/** A UNIX socket. */
@Implements(IStreamServerEndpoint)
export class UNIXServerEndpoint implements IStreamServerEndpoint {
  readonly isPlain = true;
  readonly address: string;
  readonly backlog: number | undefined;

  /** @throws EndpointError */
  constructor({ address, backlog }: UNIXServerSettings) {
    if (address === "") throw new EndpointError("the path of the socket is missing");
    this.address = address;
    this.backlog = backlog;
  }

  get description(): string {
    return `the socket ${this.address}`;
  }

  async listen(listener: ConnectionListener): Promise<ListeningPort> {
    const { address: path, backlog } = this;
    try {
      return portOf(await listenAndAccept({ path, ...(backlog !== undefined && { backlog }) }, listener));
    } catch (error) {
      throw listener.signal.aborted ? error : listenError(error as Error, this);
    }
  }
}
