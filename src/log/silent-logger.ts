import { Logger, type LogMethod } from "./logger";

const nothing: LogMethod = () => undefined;

class SilentLogger extends Logger {
  readonly fatal = nothing;
  readonly error = nothing;
  readonly warn = nothing;
  readonly info = nothing;
  readonly debug = nothing;
  readonly trace = nothing;

  child(): Logger {
    return this;
  }
}

/** A logger that writes nothing, for whoever was given none. */
export const SILENT: Logger = new SilentLogger();
