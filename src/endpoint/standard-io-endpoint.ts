import type { Socket } from "node:net";
import { Implements } from "../interface/implements";
import { ListenError } from "./errors";
import {
  IStreamServerEndpoint,
  type ConnectionListener,
  type ListeningPort,
} from "./i-stream-server-endpoint";
import { say } from "./listen-error";

/** Standard inputs that have been a connection: each can be one once. */
const used = new WeakSet<object>();

/** Standard input and output as one connection, which is there as soon as the server has started. */
@Implements(IStreamServerEndpoint)
export class StandardIOEndpoint implements IStreamServerEndpoint {
  readonly isPlain = true;
  readonly description = "standard input and output";

  /** @throws ListenError when there is none, or has been one before */
  async listen(listener: ConnectionListener): Promise<ListeningPort> {
    const { stdin, stdout } = listener.inherited;
    if (!stdin || !stdout) throw this.#error("this process was given none");
    if (used.has(stdin)) throw this.#error("they have been a connection before; start the process anew");
    used.add(stdin);
    // Here, so that importing appd loads no network.
    const { StandardIOSocket } = await import("./standard-io-socket");
    const socket: Socket = new StandardIOSocket({ stdin, stdout, ...listener.socketOptions });
    if (listener.admit(socket)) listener.whenAccepting(() => listener.connected(socket));
    return { address: undefined, stopListening: () => Promise.resolve() };
  }

  #error(reason: string): ListenError {
    return new ListenError("APPD_STDIO", say(this, reason));
  }
}
