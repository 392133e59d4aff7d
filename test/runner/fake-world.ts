import type { GuardedProcess } from "../../src/plugin/import-guard";
import type { Clock } from "../../src/service/clock";
import type {
  Load,
  SignalName,
  StandardInput,
  StandardStream,
  UncaughtKind,
  UncaughtListener,
  World,
} from "../../src/runner/world";

import { FakeIds } from "./fake-ids";

/** A clock that stands still until it is turned. */
export class FakeClock implements Clock {
  #now = 0;
  #timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  #next = 1;

  now(): number {
    return this.#now;
  }
  setTimeout(callback: () => void, ms: number): number {
    this.#timers.set(this.#next, { at: this.#now + ms, callback });
    return this.#next++;
  }
  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }
  /** Lets `ms` pass, and then whatever follows from it. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    for (const [timer, { at, callback }] of [...this.#timers]) {
      if (at > this.#now) continue;
      this.#timers.delete(timer);
      callback();
    }
    await settled();
  }
  get pending(): number {
    return this.#timers.size;
  }
}

/** Lets promises that can go on go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What a test types, or pipes in. */
export class FakeInput implements StandardInput {
  isTerminal = false;
  hidden = 0;
  readonly #chunks: Uint8Array[] = [];
  #wake = (): void => undefined;
  #ended = false;

  type(text: string | Uint8Array): void {
    this.#chunks.push(Buffer.from(text));
    this.#wake();
  }
  end(text: string | Uint8Array = ""): void {
    this.#ended = true;
    this.type(text);
  }
  async *read(): AsyncIterable<Uint8Array> {
    for (;;) {
      for (const chunk of this.#chunks.splice(0)) if (chunk.length > 0) yield chunk;
      if (this.#chunks.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
  hide(): () => void {
    this.hidden += 1;
    return () => void (this.hidden -= 1);
  }
}

class FakeStream implements StandardStream {
  text = "";
  isTerminal = false;
  columns: number | undefined;
  file: string | undefined;
  write(text: string): void {
    this.text += text;
  }
  readonly writeSome = (chunk: string | Uint8Array, length: number): number => {
    this.text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return length;
  };
  /** JSON lines, read. */
  get records(): Record<string, unknown>[] {
    return this.text
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
  get messages(): unknown[] {
    return this.records.map(({ msg }) => msg);
  }
}

function neverReturns(): never {
  throw new Error("process.exit was called");
}

/** A process that only remembers what became of it. */
export class FakeWorld implements World {
  argv: string[] = [];
  environment: Record<string, string | undefined> = {};
  readonly pid = 4711;
  folder = "/";
  readonly self = { execPath: "/usr/bin/node", execArgv: [], script: "/usr/bin/appd", discretion: [] };
  umask = 0o022;
  fakeIds: FakeIds | undefined = new FakeIds();
  readonly clock = new FakeClock();
  readonly monotonic = (): bigint => BigInt(this.clock.now()) * 1_000_000n;
  readonly stdin = new FakeInput();
  readonly stdout = new FakeStream();
  readonly stderr = new FakeStream();
  readonly streams = { stdin: undefined, stdout: undefined };
  readonly ends: (number | SignalName)[] = [];
  readonly guarded: GuardedProcess = { exit: () => neverReturns(), on: () => {}, off: () => {} };
  open: string[] = [];
  keptAlive = 0;
  readonly #signals = new Map<SignalName, Set<() => void>>();
  readonly #uncaught: UncaughtListener[] = [];
  readonly #exits = new Set<(status: number) => void>();

  changeFolder(path: string): void {
    this.folder = path;
  }
  setUmask(mask: number): number {
    const before = this.umask;
    this.umask = mask;
    return before;
  }
  left = 0;
  onLeave(): () => void {
    return () => {};
  }
  leave(): void {
    this.left += 1;
  }
  ids(): Promise<FakeIds | undefined> {
    return Promise.resolve(this.fakeIds);
  }
  forgetVariables(names: readonly string[]): void {
    for (const name of names) Reflect.deleteProperty(this.environment, name);
  }
  onSignal(signal: SignalName, listener: () => void): () => void {
    const listeners = this.#signals.get(signal) ?? new Set();
    this.#signals.set(signal, listeners.add(listener));
    return () => listeners.delete(listener);
  }
  onUncaught(listener: UncaughtListener): () => void {
    this.#uncaught.unshift(listener);
    return () => this.#uncaught.splice(this.#uncaught.indexOf(listener), 1);
  }
  onExit(listener: (status: number) => void): () => void {
    this.#exits.add(listener);
    return () => this.#exits.delete(listener);
  }
  keepAlive(): () => void {
    this.keptAlive += 1;
    return () => void (this.keptAlive -= 1);
  }
  setSourceMaps(): void {}
  divertOutput(): () => void {
    return () => {};
  }
  readonly done = { active: 0, computing: 0 };
  load(): Load {
    return { ...this.done };
  }
  death: string | undefined;
  reportDeath(file: string | undefined): boolean {
    this.death = file;
    return true;
  }
  /** Prints as others would, once somebody listens. */
  print: (stream: "stdout" | "stderr", text: string) => void = () => {};
  captureOutput(take: (stream: "stdout" | "stderr", bytes: Uint8Array) => void): () => void {
    this.print = (stream, text) => take(stream, Buffer.from(text));
    return () => (this.print = () => {});
  }
  leftovers(): string[] {
    return this.open;
  }
  title: string | undefined;
  setTitle(title: string): void {
    this.title = title;
  }

  exit(status: number): void {
    this.#exits.forEach((listener) => listener(status));
    this.ends.push(status);
  }
  die(signal: SignalName): void {
    this.ends.push(signal);
  }

  /** What became of the process. */
  get end(): number | SignalName | undefined {
    return this.ends[0];
  }
  /** Sends a signal; one that nobody listens to does what it does by default. */
  async send(signal: SignalName): Promise<void> {
    const listeners = this.#signals.get(signal) ?? new Set();
    if (listeners.size === 0) this.ends.push(signal);
    listeners.forEach((listener) => listener());
    await settled();
  }
  async throwUncaught(error: unknown, kind: UncaughtKind = "exception"): Promise<void> {
    if (!this.#uncaught.some((listener) => listener(error, kind))) this.ends.push(7);
    await settled();
  }
  get listens(): boolean {
    return [...this.#signals.values()].some(({ size }) => size > 0) || this.#uncaught.length > 0;
  }
}
