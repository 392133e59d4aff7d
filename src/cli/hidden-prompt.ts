import type { SignalName, World } from "../runner/world";
import { PasswordInputError } from "./errors";

/** What a terminal sends for keys that are no characters. */
const INTERRUPT = "\u0003";
const END = "\u0004";
const ERASE = /[\b\u007f]/;
const ERASE_LINE = "\u0015";
/** Arrows, and what a terminal puts around text that is pasted. */
const SEQUENCE = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|[^[O])/g;

const DEADLY: readonly SignalName[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Asks for something on a terminal that is not shown while it is typed. Close it: the terminal is left as it was, also
 * when the process is told to end.
 */
export class HiddenPrompt {
  readonly #world: World;
  readonly #input: AsyncIterator<Uint8Array, unknown>;
  readonly #decoder = new TextDecoder("utf-8");
  readonly #undo: (() => void)[] = [];
  /** What was typed, or pasted, ahead. */
  #ahead = "";

  constructor(world: World) {
    this.#world = world;
    this.#input = world.stdin.read()[Symbol.asyncIterator]();
    this.#undo.push(world.stdin.hide());
    for (const signal of DEADLY) this.#undo.push(world.onSignal(signal, () => this.#die(signal)));
    this.#undo.push(world.onExit(() => this.#restore()));
  }

  /** What is typed until Enter. The prompt goes to standard error: standard output is for what was asked for. */
  async ask(text: string): Promise<string> {
    this.#world.stderr.write(text);
    let typed = "";
    for (;;) {
      for (const key of this.#keys()) {
        if (key === "\r" || key === "\n") {
          this.#world.stderr.write("\n");
          return typed;
        }
        if (key === INTERRUPT) return this.#interrupted();
        if (key === END && typed === "") throw this.#noMore();
        typed = edited(typed, key);
      }
      await this.#readMore();
    }
  }

  close(): void {
    this.#restore();
    void this.#input.return?.();
  }

  /** Takes one key after the other from what has come. */
  *#keys(): Iterable<string> {
    while (this.#ahead !== "") {
      const key = String.fromCodePoint(this.#ahead.codePointAt(0) ?? 0);
      this.#ahead = this.#ahead.slice(key.length);
      yield key;
    }
  }

  async #readMore(): Promise<void> {
    const { value, done } = await this.#input.next();
    if (done === true) throw this.#noMore();
    this.#ahead += this.#decoder.decode(value, { stream: true }).replace(SEQUENCE, "");
  }

  #noMore(): PasswordInputError {
    this.#world.stderr.write("\n");
    return new PasswordInputError("no password was typed; nothing was changed");
  }

  /** Ends the process as Ctrl-C does. */
  #interrupted(): Promise<never> {
    this.#world.stderr.write("\n");
    this.#die("SIGINT");
    return new Promise(() => undefined);
  }

  #die(signal: SignalName): void {
    this.#restore();
    this.#world.die(signal);
  }

  #restore(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}

function edited(typed: string, key: string): string {
  if (ERASE.test(key)) return typed.replace(/.$/su, "");
  if (key === ERASE_LINE) return "";
  return /\p{Cc}/u.test(key) ? typed : typed + key;
}
