import { EventEmitter } from "node:events";
import type { Worker } from "node:worker_threads";
import type { CryptTask } from "./_crypt-thread";

/** Milliseconds that a thread without work is kept. */
const KEPT = 30_000;

/**
 * Threads that compute hashes of crypt(3): made when they are needed, gone when they are not for a while. How many
 * work at once is for the hash queue to say.
 */
export class CryptThreads {
  readonly #idle = new Map<Worker, NodeJS.Timeout>();

  /** How many wait for work. */
  get idle(): number {
    return this.#idle.size;
  }

  /** The hash of the password, made as `setting` says. */
  async crypt(password: string, setting: string): Promise<string> {
    const thread = this.#take();
    try {
      const hash = await answerOf(thread, { password, setting });
      this.#keep(thread);
      return hash;
    } catch (error) {
      void thread.terminate();
      throw error;
    }
  }

  #take(): Worker {
    const [known] = this.#idle;
    if (known === undefined) return this.#start();
    this.#forget(known[0]);
    return known[0];
  }

  #start(): Worker {
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    // Nothing of how this process was started is of use in there.
    const thread = new Worker(require.resolve("./_crypt-thread"), {
      execArgv: [],
      env: {},
      name: "appd-crypt",
    });
    // Whoever waits for its answer hears of it, too; without work, a thread that ends is only gone.
    return thread.on("error", () => undefined).on("exit", () => this.#forget(thread));
  }

  #keep(thread: Worker): void {
    this.#idle.set(thread, setTimeout(() => void thread.terminate(), KEPT).unref());
  }

  #forget(thread: Worker): void {
    clearTimeout(this.#idle.get(thread));
    this.#idle.delete(thread);
  }
}

/** Only while it works does a thread keep the process. */
async function answerOf(thread: Worker, task: CryptTask): Promise<string> {
  thread.ref();
  try {
    const answer = EventEmitter.once(thread, "message") as Promise<[string]>;
    thread.postMessage(task);
    return (await answer)[0];
  } finally {
    thread.unref();
  }
}
