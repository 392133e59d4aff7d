import type { Socket } from "node:net";
import type { ConnectionListener } from "../../src/endpoint/i-stream-server-endpoint";
import { NOTHING_INHERITED, type Inherited } from "../../src/service/inherited";
import { FakeClock, LineLogger } from "../service/harness";

/** Whoever listens at an endpoint, with what it was told. */
export class Accepted implements ConnectionListener {
  readonly logger = new LineLogger();
  readonly log = this.logger;
  readonly clock = new FakeClock();
  readonly inherited: Inherited;
  readonly controller = new AbortController();
  readonly signal = this.controller.signal;
  readonly admitted: Socket[] = [];
  readonly sockets: Socket[] = [];
  readonly failures: Error[] = [];
  #waiting: (() => void)[] | undefined;

  constructor({ waits = false, sockets = [] }: { waits?: boolean; sockets?: Inherited["sockets"] } = {}) {
    this.inherited = { ...NOTHING_INHERITED, sockets };
    if (waits) this.#waiting = [];
  }

  readonly admit = (socket: Socket): boolean => {
    this.admitted.push(socket.on("error", () => undefined));
    return true;
  };

  readonly whenAccepting = (goOn: () => void): void => {
    if (this.#waiting) this.#waiting.push(goOn);
    else goOn();
  };

  readonly connected = (socket: Socket): void => {
    this.sockets.push(socket);
    socket.end("hello");
  };

  readonly acceptFailed = (error: Error): void => void this.failures.push(error);

  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const goOn of waiting) goOn();
  }
}

/** All that a peer is told. */
export async function told(peer: Socket): Promise<string> {
  let text = "";
  for await (const chunk of peer.setEncoding("utf8")) text += String(chunk);
  return text;
}
