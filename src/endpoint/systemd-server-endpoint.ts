import { quote } from "../base/text";
import { Implements } from "../interface/implements";
import type { Inherited, InheritedSocket } from "../service/inherited";
import { adopt, type SocketDomain } from "./adopt";
import { EndpointError } from "./errors";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";
import { say } from "./listen-error";

/** Which of the sockets it is: give an index, or a name. */
export interface SystemdServerSettings {
  /** Which of the sockets that were given, from 0. */
  readonly index?: number | undefined;
  /** The one of that name: `FileDescriptorName=` of systemd. */
  readonly name?: string | undefined;
  /** What it has to be; whatever it is if absent. */
  readonly domain?: SocketDomain | undefined;
}

/** A socket that systemd, or who does as it does, has opened for this process: by its index, or by its name. */
@Implements(IStreamServerEndpoint)
export class SystemdServerEndpoint implements IStreamServerEndpoint {
  readonly isPlain = true;
  readonly index: number | undefined;
  readonly socketName: string | undefined;
  readonly domain: SocketDomain | undefined;

  /** @throws EndpointError unless it has either an index or a name */
  constructor({ index, name, domain }: SystemdServerSettings) {
    if ((index === undefined) === (name === undefined))
      throw new EndpointError("either the index or the name of the socket is needed, and not both");
    if (index !== undefined && (!Number.isInteger(index) || index < 0))
      throw new EndpointError(`index must be a whole number from 0, got ${index}`);
    this.index = index;
    this.socketName = name;
    this.domain = domain;
  }

  get description(): string {
    const which = this.index === undefined ? quote(this.socketName ?? "") : `number ${this.index}`;
    return `systemd's socket ${which}`;
  }

  async listen(listener: ConnectionListener): Promise<ListeningPort> {
    const { fd } = this.find(listener.inherited);
    return adopt(fd, { listener, place: this, domain: this.domain });
  }

  /** Which of the sockets that were given it is. @throws EndpointError */
  find({ sockets }: Inherited): InheritedSocket {
    const { index, socketName } = this;
    const found =
      index === undefined
        ? sockets.filter(({ name }) => name === socketName)
        : sockets.slice(index, index + 1);
    const [socket, another] = found;
    if (!socket) throw new EndpointError(say(this, `this process was given ${inWords(sockets)}`));
    if (another)
      throw new EndpointError(say(this, "there are several of that name; tell them apart by index"));
    return socket;
  }
}

function inWords(sockets: readonly InheritedSocket[]): string {
  if (sockets.length === 0)
    return "no sockets: it is started by a unit of systemd with sockets, or by systemd-socket-activate";
  const names = sockets.map(({ name }, at) => (name === undefined ? String(at) : `${at} (${quote(name)})`));
  return `${sockets.length === 1 ? "one" : sockets.length}: ${names.join(", ")}`;
}
