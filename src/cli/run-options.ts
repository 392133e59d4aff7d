import { levelNamed } from "../log/levels";
import type { ProcessLogOptions } from "../runner/process-log";
import type { RunOptions } from "../runner/run-options";
import { deploymentOf } from "./deployment";
import { logFileOf } from "./log-of";
import type { Session } from "./session";
import { syslogOf } from "./syslog-of";

/** Deadlines of the service tree, in milliseconds. */
export interface Timeouts {
  readonly startTimeout: number | undefined;
  readonly stopTimeout: number | undefined;
}

/** What stands before the command, as the runner takes it, and as an application does. */
export function runOptions(session: Session): RunOptions & { readonly timeouts: Timeouts } {
  const { switches, values } = session.line;
  const deployment = deploymentOf(session);
  const level = values.get("log-level");
  const format = values.get("log-format");
  const start = seconds(values.get("start-timeout"));
  const log = {
    ...(level !== undefined && { level: levelNamed(level) }),
    ...(format !== undefined && { format }),
    ...logFileOf(session.line),
    ...syslogOf(session.line, deployment.name),
  } as ProcessLogOptions;
  return {
    debug: switches.has("debug"),
    log,
    deployment,
    onUnhandled: values.get("on-unhandled") === "log" ? "log" : "exit",
    ...(start !== undefined && { startTimeout: start }),
    timeouts: {
      startTimeout: milliseconds(start),
      stopTimeout: milliseconds(seconds(values.get("stop-timeout"))),
    },
  };
}

const seconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);
const milliseconds = (s: number | undefined): number | undefined => (s === undefined ? undefined : s * 1_000);
