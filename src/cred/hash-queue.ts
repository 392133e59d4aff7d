import { LoginBusy } from "./errors";

export interface HashQueueOptions {
  /** How many run at once. */
  readonly atOnce?: number;
  /** How many wait at most; one more is refused. */
  readonly waiting?: number;
}

/** Node's threads for work such as hashing, unless UV_THREADPOOL_SIZE says otherwise. */
const POOL = 4;

/**
 * Lets only so many password hashes run at once: the others wait in line, so that neither the event loop nor
 * files and names, which share Node's threads with them, have to.
 */
export class HashQueue {
  readonly atOnce: number;
  readonly longest: number;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor({ atOnce, waiting = 64 }: HashQueueOptions = {}) {
    this.atOnce = atOnce ?? spareThreads();
    this.longest = waiting;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /**
   * Runs the work when it is its turn.
   *
   * @throws LoginBusy at once when the line is full
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.atOnce) this.#running++;
    else await this.#turn();
    try {
      return await work();
    } finally {
      // Whoever is next takes the place over, so that nobody slips in between.
      const next = this.#line.shift();
      if (next) next();
      else this.#running--;
    }
  }

  #turn(): Promise<void> {
    if (this.#line.length >= this.longest) throw new LoginBusy();
    return new Promise((resolve) => this.#line.push(resolve));
  }
}

/** A core for the event loop, and a thread of Node's for its files. */
function spareThreads(): number {
  const cores = process.getBuiltinModule("node:os").availableParallelism();
  return Math.max(1, Math.min(cores - 1, POOL - 1));
}

let shared: HashQueue | undefined;

/** The one line of this process: its cores are shared by whatever hashes in it. */
export const hashQueue = (): HashQueue => (shared ??= new HashQueue());
