import type { Facility } from "../log/severity";
import type { SyslogOptions } from "../runner/syslog-log";
import { GlobalOptionError } from "./errors";
import type { GlobalName } from "./global-options";
import type { GlobalLine } from "./globals";

/** The log that `--syslog` asks for. A log file that only the environment names gives way to it. */
export function syslogOf(
  { switches, typed, values }: Pick<GlobalLine, "switches" | "typed" | "values">,
  name: string,
): { readonly syslog?: SyslogOptions } {
  if (!switches.has("syslog")) {
    const without = (["syslog-facility", "prefix"] as const).find((option) => values.has(option));
    if (without) throw new GlobalOptionError(`--${without} says how --syslog logs, and there is no --syslog`);
    return {};
  }
  const other = ONE_PLACE.find((option) => typed.has(option));
  if (other) throw new GlobalOptionError(`--syslog logs to no file: leave out --${other}, or --syslog`);
  return {
    syslog: {
      facility: (values.get("syslog-facility") ?? "user") as Facility,
      prefix: values.get("prefix") ?? asPrefix(name),
    },
  };
}

/** What is said of a log file. */
const ONE_PLACE: readonly GlobalName[] = [
  "logfile",
  "log-max-size",
  "log-max-age",
  "log-keep",
  "log-compress",
];

/** A name may hold what would end a line's beginning too early. */
const asPrefix = (name: string): string => name.replace(/[^!-9;-Z\\^-~]/g, "_").slice(0, 48);
