/** The process's log where it goes to the system's log: `--syslog`. */
import { MissingPeerError } from "../base/errors";
import { findProgram } from "../base/find-program";
import { LogFront } from "../log/log-front";
import { FACILITIES, type Facility } from "../log/severity";
import { syslogSink } from "../log/syslog-sink";
import { once } from "./once";
import type { ProcessLog, ProcessLogOptions } from "./process-log";
import { faultLines } from "./report-error";
import { startLogger } from "./syslog-logger";
import { RetryingSyslogOutput, type SyslogOutputOptions } from "./syslog-output";
import { syslogHead, syslogSocket } from "./syslog-socket";
import type { World } from "./world";

export interface SyslogOptions {
  readonly facility: Facility;
  /** What each line begins with, before the number of the process. */
  readonly prefix: string;
}

/**
 * Opens the way to the system's log at once: later the process may have given up its privileges, or its root. Where
 * `koffi` is installed it speaks to it itself, else through logger(1).
 *
 * @throws MissingPeerError where there is neither
 */
export function openSyslogLog(
  world: World,
  syslog: SyslogOptions,
  { level = "info", format = "pretty" }: ProcessLogOptions = {},
): ProcessLog {
  const front: LogFront = new LogFront({ level, open: () => syslogSink(output, format) });
  const output = new RetryingSyslogOutput({
    ...wayOf(world, `${syslog.prefix}[${world.pid}]`),
    facility: FACILITIES[syslog.facility],
    clock: world.clock,
    failed: once((reason: string) => world.stderr.write(faultLines(new Error(`${NOT_TAKEN}: ${reason}`)))),
    recovered: (lost, reason) =>
      front.logger.warn({ lost, reason }, "the system's log took no lines for a while, some were lost"),
  });
  output.open();
  return {
    front,
    onStderr: false,
    file: undefined,
    descriptor: undefined,
    reopen() {
      front.flush();
      return true;
    },
    inRoot: () => () => undefined,
  };
}

const NOT_TAKEN = "the system's log takes no lines now, they wait as long as there is room";

function wayOf(world: World, tag: string): Pick<SyslogOutputOptions, "open" | "head" | "lineEnd"> {
  const socket = syslogSocket();
  if (socket) return { open: socket, head: syslogHead(tag, world.clock), lineEnd: "" };
  const program = findProgram("logger", world.environment.PATH);
  if (program === undefined) {
    throw new MissingPeerError(
      "--syslog needs logger(1) of util-linux, which is not here: install it (Debian: bsdutils), or npm install koffi",
    );
  }
  return { open: (listener) => startLogger({ program, tag }, listener), lineEnd: "\n" };
}
