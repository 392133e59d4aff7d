import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  type Stats,
} from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "../log/logger";
import type { Companion } from "./companion";

/** What a report begins with is all that is told of it. */
const HEAD = 4_096;
const GROUP_OR_OTHERS_WRITE = 0o022;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Has Node leave a report beside the log when it dies in a way that no code of ours survives, such as of having no
 * memory left: in the background nobody hears what it says. The next start tells of it. Two are kept at most.
 */
export function deathReport(): Companion {
  return {
    prepare({ world, log, logFile }) {
      if (logFile === undefined) return;
      const file = reportBeside(logFile);
      if (isWritten(file)) keep(file, reportBeside(logFile, ".last"), log);
      if (!isOurs(dirname(file))) log.debug("others can write in %s: no report is left there", dirname(file));
      else if (!world.reportDeath(file))
        log.debug("this Node would put its environment into a report: none is left");
    },
    ended({ world }) {
      world.reportDeath(undefined);
    },
  };
}

/** `/var/log/web.log` → `/var/log/web.crash.json` */
export const reportBeside = (logFile: string, which = ""): string =>
  `${logFile.replace(/\.log$/, "")}.crash${which}.json`;

const isWritten = (file: string): boolean => (statOf(file)?.size ?? 0) > 0;

/** Node follows links: nobody else may put one there. */
function isOurs(folder: string): boolean {
  const stats = statOf(folder);
  const me = process.geteuid?.();
  return (
    stats !== undefined && !(stats.mode & GROUP_OR_OTHERS_WRITE) && (stats.uid === me || stats.uid === 0)
  );
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function keep(file: string, last: string, log: Logger): void {
  const told = headOf(file);
  let place = last;
  try {
    renameSync(file, last);
  } catch {
    place = file;
  }
  log.error({ report: place }, "%s: %s", told, place);
}

/** In one line: who died, when, and what Node said. */
function headOf(file: string): string {
  const head = beginningOf(file);
  const field = (name: string): string | undefined =>
    new RegExp(`"${name}":\\s*("(?:[^"\\\\]|\\\\.)*"|\\d+)`).exec(head)?.[1];
  const [event, pid, time] = [field("event"), field("processId"), field("dumpEventTime")].map(readValue);
  if (event === undefined) return "Node has left a report of how the last run died";
  return `process ${pid ?? "?"} died at ${time ?? "?"}: ${event}`;
}

function readValue(json: string | undefined): string | undefined {
  try {
    return json === undefined ? undefined : String(JSON.parse(json));
  } catch {
    return undefined;
  }
}

function beginningOf(file: string): string {
  try {
    const fd = openSync(file, READ);
    try {
      const bytes = Buffer.alloc(HEAD);
      return bytes.toString("utf8", 0, fstatSync(fd).isFile() ? readSync(fd, bytes) : 0);
    } finally {
      closeSync(fd);
    }
  } catch {
    return "";
  }
}
