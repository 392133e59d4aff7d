import { Logger, Service, type IServiceMaker } from "appd";
import { assemble, type Assembled, type AssembleOptions } from "../../src/maker/assemble";
import { presentedBy } from "../../src/plugin/presented";

/** What stands for a class with `@ServiceMaker`, as a plugin catalog would find it. */
export function makerOf(cls: object): IServiceMaker {
  return (presentedBy(cls) ?? cls) as IServiceMaker;
}

type Rest = Omit<AssembleOptions, "line">;

export async function assembled(maker: object, argv: readonly string[] = [], rest: Rest = {}) {
  const found: Assembled = await assemble(makerOf(maker), {
    line: { command: makerOf(maker).tapname, argv, environment: {} },
    ...rest,
  });
  if (found.kind !== "application") throw new Error(`it is ${found.kind}`);
  return found;
}

/** A service that notes when it starts and stops. */
export class Noted extends Service {
  constructor(
    readonly id: string,
    readonly log_: string[],
  ) {
    super();
  }
  override startService(): void {
    this.log_.push(`start ${this.id}`);
  }
  override stopService(): void {
    this.log_.push(`stop ${this.id}`);
  }
}

/** Keeps the lines that are written, each with the path of the service. */
export class KeptLog extends Logger {
  readonly fatal = this.#write;
  readonly error = this.#write;
  readonly warn = this.#write;
  readonly info = this.#write;
  readonly debug = this.#write;
  readonly trace = this.#write;

  constructor(
    readonly lines: string[] = [],
    readonly path = "",
  ) {
    super();
  }

  child(bindings: Readonly<Record<string, unknown>>): Logger {
    return new KeptLog(this.lines, String(bindings.service));
  }

  get #write() {
    return (...line: unknown[]): void => {
      this.lines.push(`${this.path}: ${line.filter((part) => typeof part === "string").join(" ")}`);
    };
  }
}
