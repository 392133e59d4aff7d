import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  type Stats,
} from "node:fs";
import { dirname } from "node:path";
import { accountOf } from "../base/accounts";
import type { Logger } from "../log/logger";
import type { Companion, RunView } from "./companion";
import type { DeploymentOptions } from "./deployment-options";

/** What a report begins with is all that is told of it. */
const HEAD = 4_096;
const GROUP_OR_OTHERS_WRITE = 0o022;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
const MAKE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;

/**
 * Has Node leave a report beside the log when it dies in a way that no code of ours survives, such as of having no
 * memory left: in the background nobody hears what it says. The next start tells of it. Two are kept at most.
 */
export function deathReport({ uid }: Pick<DeploymentOptions, "uid">): Companion {
  return {
    async prepare(run) {
      const { log, logFile } = run;
      if (logFile === undefined) return;
      const file = reportBeside(logFile);
      if (isWritten(file)) keep(file, reportBeside(logFile, ".last"), log);
      if (uid === undefined) leaveReport(file, run);
      else if (isOurs(dirname(file)))
        await makeFor(uid, file).catch((error: unknown) => log.debug({ err: error }));
    },
    bound(run) {
      // Root writes no report where the user that it was about to become could lead it elsewhere.
      if (uid !== undefined && run.logFile !== undefined) leaveReport(reportBeside(run.logFile), run);
    },
    ended({ world, logFile }) {
      world.reportDeath(undefined);
      if (uid !== undefined && logFile !== undefined) removeEmpty(reportBeside(logFile));
    },
  };
}

function leaveReport(file: string, { world, log }: RunView): void {
  if (!isOurs(dirname(file))) log.debug("others can write in %s: no report is left there", dirname(file));
  else if (!world.reportDeath(file))
    log.debug("this Node would put its environment into a report: none is left");
}

/** Whoever may not make it when it is needed gets it empty. */
async function makeFor(user: string, file: string): Promise<void> {
  const { number, group = 0 } = await accountOf("user", user);
  removeEmpty(file);
  const fd = openSync(file, MAKE, 0o600);
  fchownSync(fd, number, group);
  closeSync(fd);
}

function removeEmpty(file: string): void {
  try {
    if (statSync(file).size === 0) unlinkSync(file);
  } catch {
    // It stays: an empty one tells of nothing.
  }
}

/** `/var/log/web.log` → `/var/log/web.crash.json` */
const reportBeside = (logFile: string, which = ""): string =>
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
