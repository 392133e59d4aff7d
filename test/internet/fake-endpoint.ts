import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { ConnectError, type IStreamClientEndpoint } from "../../src/index";

/** One end of a connection; the test is the other. */
export class FakeSocket extends Duplex {
  readonly written: string[] = [];
  saidGoodbye = false;

  override _read(): void {
    // What the test says comes by push.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(String(chunk));
    done();
  }

  override _final(done: () => void): void {
    this.saidGoodbye = true;
    done();
  }

  /** The peer ends it. */
  hangUp(): void {
    this.push(null);
    this.resume();
    this.end();
  }

  asSocket(): Socket {
    return this as unknown as Socket;
  }
}

interface Attempt {
  readonly signal: AbortSignal | undefined;
  connected(): FakeSocket;
  refused(): void;
}

/** Attempts end as the test says. */
export class FakeEndpoint implements IStreamClientEndpoint {
  readonly description = "the queue";
  readonly attempts: Attempt[] = [];

  connect(signal?: AbortSignal): Promise<Socket> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error));
      this.attempts.push({
        signal,
        connected() {
          const socket = new FakeSocket();
          socket.on("error", () => undefined);
          resolve(socket.asSocket());
          return socket;
        },
        refused: () =>
          reject(new ConnectError("APPD_CONNECT_REFUSED", "can't connect to the queue: refused")),
      });
    });
  }

  get last(): Attempt {
    const last = this.attempts.at(-1);
    if (!last) throw new Error("nobody has tried to connect");
    return last;
  }
}
