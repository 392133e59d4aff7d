import { Logger, type Level, type LogMethod } from "./logger";

/**
 * A logger for something whose place may change, such as a service: it finds its root and its path when it writes,
 * and adds the path as `service`.
 */
export class PathLogger extends Logger {
  readonly fatal = this.#method("fatal");
  readonly error = this.#method("error");
  readonly warn = this.#method("warn");
  readonly info = this.#method("info");
  readonly debug = this.#method("debug");
  readonly trace = this.#method("trace");
  readonly #root: () => Logger;
  readonly #path: () => string;
  #last: { readonly root: Logger; readonly path: string; readonly logger: Logger } | undefined;

  constructor(root: () => Logger, path: () => string) {
    super();
    this.#root = root;
    this.#path = path;
  }

  /** The child keeps the path of this moment. */
  child(bindings: Readonly<Record<string, unknown>>): Logger {
    return this.#current().child(bindings);
  }

  #method(level: Level): LogMethod {
    return (...line: unknown[]): void => {
      const target = this.#current();
      (target[level] as (...line: unknown[]) => void)(...line);
    };
  }

  #current(): Logger {
    const root = this.#root();
    const path = this.#path();
    if (this.#last?.root !== root || this.#last.path !== path)
      this.#last = { root, path, logger: root.child({ service: path }) };
    return this.#last.logger;
  }
}
