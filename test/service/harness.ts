import { Logger, Service, type Clock, type Level, type LogMethod } from "../../src/index";

/** Time that stands still until it is turned. */
export class FakeClock implements Clock {
  #now = 0;
  #ahead = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  #next = 1;

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#now + this.#ahead;
  }

  /** Sets the clock on the wall. */
  set(date: string): void {
    this.#ahead = Date.parse(date) - this.#now;
  }

  setTimeout(callback: () => void, ms: number): number {
    // As Node does, with a warning: it would call back at once.
    if (ms > 2 ** 31 - 1) throw new RangeError(`${ms} does not fit into a 32-bit signed integer`);
    this.#timers.set(this.#next, { at: this.#now + ms, callback });
    return this.#next++;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  /** Lets `ms` pass, timer by timer, and what follows from each. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#due(end); next; next = this.#due(end)) {
      const [timer, { at, callback }] = next;
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, at);
      callback();
      await settled();
    }
    this.#now = end;
  }

  get pending(): number {
    return this.#timers.size;
  }

  #due(end: number): [number, { at: number; callback: () => void }] | undefined {
    return [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
  }
}

/** Lets promises that can go on go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A promise in the test's hand. */
export class Gate {
  open!: () => void;
  fail!: (error: unknown) => void;
  readonly passed = new Promise<void>((resolve, reject) => {
    this.open = resolve;
    this.fail = reject;
  });
}

/** Keeps its lines: `warn myproject/web: text`. */
export class LineLogger extends Logger {
  readonly fatal = this.#method("fatal");
  readonly error = this.#method("error");
  readonly warn = this.#method("warn");
  readonly info = this.#method("info");
  readonly debug = this.#method("debug");
  readonly trace = this.#method("trace");

  constructor(
    readonly lines: string[] = [],
    private readonly bindings: Readonly<Record<string, unknown>> = {},
  ) {
    super();
  }

  /** The lines that are no chatter. */
  get grave(): string[] {
    return this.lines.filter((line) => /^(fatal|error|warn)/.test(line));
  }

  child(bindings: Readonly<Record<string, unknown>>): Logger {
    return new LineLogger(this.lines, { ...this.bindings, ...bindings });
  }

  #method(level: Level): LogMethod {
    return (...[first, second]: unknown[]) => {
      const message = typeof first === "string" ? first : second;
      this.lines.push(`${level} ${String(this.bindings.service)}: ${String(message)}`);
    };
  }
}

export interface Behaviour {
  readonly enter?: () => void | Promise<void>;
  readonly start?: () => void | Promise<void>;
  readonly stop?: (signal: AbortSignal) => void | Promise<void>;
}

/** Writes down its start and its stop, and then behaves as the test says. */
export class Recorder extends Service {
  constructor(
    name: string,
    private readonly seen: string[],
    private readonly behaviour: Behaviour = {},
  ) {
    super();
    this.setName(name);
  }

  override startService(): void | Promise<void> {
    this.seen.push(`start ${this.name ?? ""}`);
    return this.behaviour.start?.();
  }

  override stopService(signal: AbortSignal): void | Promise<void> {
    this.seen.push(`stop ${this.name ?? ""}`);
    return this.behaviour.stop?.(signal);
  }
}

/** A {@link Recorder} with a privileged pass. */
export class PrivilegedRecorder extends Recorder {
  constructor(
    name: string,
    private readonly entered: string[],
    private readonly how: Behaviour = {},
  ) {
    super(name, entered, how);
  }

  override privilegedStartService(): void | Promise<void> {
    this.entered.push(`enter ${this.name ?? ""}`);
    return this.how.enter?.();
  }
}
