import type { ChildEnd, ChildListener, StartChild } from "../../../src/runner/launch/child";
import type { Message } from "../../../src/runner/launch/messages";
import { settled } from "../fake-world";

/** A process that only does what a test says. */
export class FakeChild {
  readonly calls: string[] = [];
  readonly #listener: ChildListener;

  constructor(
    readonly pid: number,
    listener: ChildListener,
  ) {
    this.#listener = listener;
  }

  say(message: Message): void {
    this.calls.push(`told ${JSON.stringify(message)}`);
  }
  signal(signal: string): void {
    this.calls.push(signal);
  }
  killAll(): void {
    this.calls.push("killed with all it has started");
  }

  async says(...messages: readonly Message[]): Promise<void> {
    for (const message of messages) this.#listener.heard(message);
    await settled();
  }
  complains(line: string): void {
    this.#listener.complained?.(line);
  }
  async ends(end: number | NodeJS.Signals | Error): Promise<void> {
    this.#listener.ended(endOf(end));
    await settled();
  }
}

function endOf(end: number | NodeJS.Signals | Error): ChildEnd {
  if (typeof end === "number") return { status: end, signal: null };
  if (typeof end === "string") return { status: null, signal: end };
  return { status: null, signal: null, error: end };
}

/** Remembers what was started. */
export class FakeStarts {
  readonly children: FakeChild[] = [];
  readonly roles: string[] = [];

  readonly start: StartChild = (_world, { role }, listener) => {
    const child = new FakeChild(1_001 + this.children.length, listener);
    this.children.push(child);
    this.roles.push(role);
    return child;
  };

  get last(): FakeChild {
    const child = this.children.at(-1);
    if (!child) throw new Error("nothing was started");
    return child;
  }
}
