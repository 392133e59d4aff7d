import { basename, resolve } from "node:path";
import { quote, word } from "../../base/text";
import type { GlobalName } from "../global-options";
import type { GlobalLine } from "../globals";
import { NotDeployableError } from "./errors";
import type { Account } from "./service-unit";

/** What becomes of the options before the command. */
export interface CarriedGlobals {
  /** What the unit is called. */
  readonly name: string;
  /** Those that the service is started with as well. */
  readonly words: readonly string[];
  readonly account: Account;
  /** Seconds. */
  readonly startTimeout: number;
  readonly stopTimeout: number;
  readonly umask: string;
  readonly openFiles: string | undefined;
  /** Folders that the service may write in. */
  readonly writable: readonly string[];
  /** Lines about what is not as it was typed. */
  readonly notes: readonly string[];
}

export interface CarryOptions {
  /** The maker's name. */
  readonly tapname: string;
  /** Where relative paths begin. */
  readonly folder: string;
  /** Who is to run it, as `deploy` itself was told. */
  readonly user?: string | undefined;
}

const CARRIED: readonly GlobalName[] = [
  "debug",
  "log-level",
  "log-format",
  "log-max-size",
  "log-max-age",
  "log-keep",
  "log-compress",
  "syslog",
  "syslog-facility",
  "prefix",
  "name",
  "on-unhandled",
  "start-timeout",
  "stop-timeout",
];
const REFUSED: Partial<Record<GlobalName, string>> = {
  daemon: "systemd keeps the service in the background itself, and knows best when it is in the foreground",
  "max-restarts": "systemd starts it again by itself, at most 5 times in a minute",
  pidfile: "systemd knows the service's processes by itself",
  chroot: "the unit closes the file system already; for more, RootDirectory= in a drop-in (systemctl edit)",
};
/** What a unit can be called, and the folders of its own. */
const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

/** @throws NotDeployableError for what makes no sense in a unit */
export function carryGlobals(line: GlobalLine, { tapname, folder, user }: CarryOptions): CarriedGlobals {
  const { switches, values } = line;
  for (const [option, why] of Object.entries(REFUSED) as [GlobalName, string][])
    if (switches.has(option) || values.has(option))
      throw new NotDeployableError(`--${option}: ${why}; leave it out`);
  const name = values.get("name") ?? tapname;
  if (!NAME.test(name))
    throw new NotDeployableError(
      `--name: ${quote(name)} can't be a unit's; take letters, digits, "-", "_" and "."`,
    );
  const files = movedFiles(line, name);
  const rundir = values.get("rundir");
  const writable = rundir === undefined ? [] : [resolve(folder, rundir)];
  return {
    name,
    words: [...carriedWords(line), ...files.words, ...writable.flatMap((path) => ["--rundir", path])],
    account: accountOf(line, user),
    startTimeout: Number(values.get("start-timeout") ?? 60),
    stopTimeout: Number(values.get("stop-timeout") ?? 30),
    umask: values.get("umask")?.padStart(4, "0") ?? "0077",
    openFiles: values.get("nofile"),
    writable,
    notes: files.notes,
  };
}

function carriedWords({ switches, values }: GlobalLine): string[] {
  return CARRIED.flatMap((option) => {
    const value = values.get(option);
    if (value !== undefined) return [`--${option}`, value];
    return switches.has(option) ? [`--${option}`] : [];
  });
}

/** Files that it writes have to be where it may write. */
function movedFiles({ values }: GlobalLine, name: string): Pick<CarriedGlobals, "words" | "notes"> {
  const words: string[] = [];
  const notes: string[] = [];
  for (const [option, place] of [
    ["logfile", "log"],
    ["profile", "lib"],
    ["heap-snapshot", "lib"],
  ] as const) {
    const typed = values.get(option);
    if (typed === undefined) continue;
    const path = typed === "-" ? typed : `/var/${place}/${name}/${basename(typed)}`;
    words.push(`--${option}`, path);
    if (path !== typed)
      notes.push(`--${option} ${word(typed)}: the service may write in folders of its own only: ${path}`);
  }
  return { words, notes };
}

function accountOf({ values }: GlobalLine, said: string | undefined): Account {
  const uid = values.get("uid");
  if (uid !== undefined && said !== undefined && uid !== said)
    throw new NotDeployableError(
      `--uid ${word(uid)} and --user ${word(said)} are two users; say one of them`,
    );
  const user = said ?? uid;
  const group = values.get("gid");
  const groups = values.get("groups")?.split(",").filter(Boolean);
  for (const [option, account] of [
    ["user", user],
    ["gid", group],
    ...(groups ?? []).map((one) => ["groups", one] as const),
  ] as const)
    if (account !== undefined && !/^[\w][\w.-]*\$?$/.test(account))
      throw new NotDeployableError(`--${option}: a unit takes a name or a number, got ${quote(account)}`);
  return { user, group, groups };
}
