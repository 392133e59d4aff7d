import { logAgeIn, logSizeIn } from "../log/log-limits";
import type { ProcessLogOptions } from "../runner/process-log";
import { GlobalOptionError } from "./errors";
import type { GlobalName } from "./global-options";
import type { GlobalLine } from "./globals";

/**
 * The log file that the command line asks for, and when it is rotated.
 *
 * @throws GlobalOptionError where there is nothing to rotate, or where a daemon could not log to it
 */
export function logFileOf({
  switches,
  typed,
  values,
}: Pick<GlobalLine, "switches" | "typed" | "values">): Pick<ProcessLogOptions, "file" | "rotation"> {
  const file = values.get("logfile");
  const isDaemon = switches.has("daemon");
  const isStream = file !== undefined && STREAMS.includes(file);
  if (isDaemon && isStream && !switches.has("syslog")) {
    const why = `a daemon has neither standard output nor standard error, and --logfile is ${file}`;
    throw new GlobalOptionError(`${why}: name a file, leave it out, or use --syslog`);
  }
  const without = ROTATION.find((option) => typed.has(option));
  if (without && (isStream || (file === undefined && !isDaemon))) {
    throw new GlobalOptionError(
      `--${without} says how a log file is kept, and there is none: add --logfile FILE`,
    );
  }
  return { ...(file !== undefined && { file }), rotation: rotationOf({ switches, values }) };
}

const STREAMS = ["-", "/dev/stdout", "/dev/stderr"];
const ROTATION: readonly GlobalName[] = ["log-max-size", "log-max-age", "log-keep", "log-compress"];

function rotationOf({
  switches,
  values,
}: Pick<GlobalLine, "switches" | "values">): NonNullable<ProcessLogOptions["rotation"]> {
  const size = logSizeIn(values.get("log-max-size") ?? "");
  const age = logAgeIn(values.get("log-max-age") ?? "");
  const keep = values.get("log-keep");
  return {
    ...(size !== undefined && { maxSize: size }),
    ...(age !== undefined && age !== "none" && { maxAge: age }),
    ...(keep !== undefined && { keep: Number(keep) }),
    compress: switches.has("log-compress"),
  };
}
