import { chmodSync, existsSync, lstatSync, mkdirSync, type Stats } from "node:fs";
import { isAbsolute, join } from "node:path";
import { exposedFolder } from "../plugin/exposed";
import { RuntimeFolderError } from "./errors";
import type { World } from "./world";

type Given = Pick<World, "environment">;

/** Names it in place of all others: for containers that have none of them, and to keep several sets of runs apart. */
const RUNTIME_FOLDER_VARIABLE = "APPD_RUNTIME_DIR";

const MODE = 0o700;

/**
 * Where the pidfiles and the control sockets of whoever runs this are: `/run/appd` for root, whoever's session he
 * came from, else `$XDG_RUNTIME_DIR/appd`, else `$TMPDIR/appd-<uid>`. It may not be there yet.
 */
export function runtimeFolderOf({ environment }: Given): string {
  const given = absolute(environment[RUNTIME_FOLDER_VARIABLE]);
  if (given !== undefined) return given;
  const uid = userNumber();
  if (uid === 0) return join(existsSync("/run") ? "/run" : "/var/run", "appd");
  const session = absolute(environment.XDG_RUNTIME_DIR);
  if (session !== undefined) return join(session, "appd");
  return join(absolute(environment.TMPDIR) ?? "/tmp", uid === undefined ? "appd" : `appd-${uid}`);
}

/**
 * Makes the runtime folder if need be, and makes sure that nobody else has anything to do with it.
 *
 * @throws RuntimeFolderError
 */
export function openRuntimeFolder(world: Given): string {
  const folder = runtimeFolderOf(world);
  refuseExposed(folder);
  if (!lstatSync(folder, { throwIfNoEntry: false })) make(folder);
  refuseUnlessOwn(folder, lstatSync(folder));
  return folder;
}

function make(folder: string): void {
  try {
    // Not the folders above it: nobody would know who is to have them.
    mkdirSync(folder, MODE);
    // Whatever the umask.
    chmodSync(folder, MODE);
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    throw new RuntimeFolderError(folder, `${PROBLEMS[code] ?? "it can't be made"} (${code}); ${ADVICE}`, {
      cause,
    });
  }
}

/** Whoever may replace it could lead others to a socket of his own. */
function refuseExposed(folder: string): void {
  const exposed = exposedFolder(folder);
  if (exposed)
    throw new RuntimeFolderError(
      folder,
      `everybody can write in ${exposed.folder} (mode ${octal(exposed.mode)}) and so replace it; ${ADVICE}`,
    );
}

function refuseUnlessOwn(folder: string, stats: Stats): void {
  const refuse = (problem: string): never => {
    throw new RuntimeFolderError(folder, problem);
  };
  if (stats.isSymbolicLink()) refuse(`it is a symbolic link; remove it, or ${ADVICE}`);
  if (!stats.isDirectory()) refuse(`it is a file; remove it, or ${ADVICE}`);
  const uid = userNumber();
  if (uid === undefined) return;
  if (stats.uid !== uid) refuse(`it is owned by someone else (uid ${stats.uid}); ${ADVICE}`);
  if (stats.mode & 0o077) refuse(`others may look into it (mode ${octal(stats.mode)}): chmod 700 ${folder}`);
}

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: "it can't be made: permission denied",
  ENOENT: "the folder that it belongs in does not exist",
  ENOSPC: "it can't be made: the disk is full",
  ENOTDIR: "what should be the folder that it belongs in is a file",
  EROFS: "it can't be made: the disk is read-only",
};
const ADVICE = `${RUNTIME_FOLDER_VARIABLE} names another place`;

/** A relative path in the environment was nobody's intention: the XDG Base Directory Specification says so too. */
export const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined;

const userNumber = (): number | undefined => process.geteuid?.();
const octal = (mode: number): string => `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;
