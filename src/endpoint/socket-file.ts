import {
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { silently } from "../base/silently";
import { ListenPathError, ListenPermissionError } from "./errors";
import { inUse, say, type Place } from "./listen-error";
import { lockHolder, lockOf } from "./socket-lock";

/** What the file of a socket is to be like. */
export interface SocketFile {
  readonly path: string;
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** How many bytes the path of a socket may have. */
export const LONGEST_PATH = process.platform === "linux" ? 107 : 103;

/**
 * Makes sure that nothing is at the path but maybe a socket on which nobody listens any more; says whether one is.
 *
 * @throws ListenError, ListenPathError; Node's error
 */
export async function findStale(path: string, place: Pick<Place, "description">): Promise<boolean> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return false;
  if (!stats.isSocket())
    throw new ListenPathError(
      "APPD_LISTEN_PATH",
      say(place, `there is ${kindOf(stats)} of that name; remove it, or choose another path`),
    );
  const answer = await ask(path);
  if (answer === "forbidden")
    throw new ListenPermissionError(
      "APPD_LISTEN_PERMISSION",
      say(
        place,
        "there is one already, and this process is not permitted to ask whether anyone listens on it",
      ),
    );
  if (answer === "live") {
    const { holderOfPath } = await import("./holder");
    throw inUse(place, { holder: lockHolder(lockOf(path)) ?? holderOfPath(path) });
  }
  return true;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isSymbolicLink()) return "a symbolic link";
  return stats.isFile() ? "a plain file" : "something else";
}

/** Whether anyone listens. A doubt counts as yes: that of a server with a full backlog. */
function ask(path: string): Promise<"live" | "stale" | "forbidden"> {
  const socket = process.getBuiltinModule("node:net").connect(path);
  return new Promise<"live" | "stale" | "forbidden">((settle) => {
    socket.once("connect", () => settle("live"));
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EACCES" || code === "EPERM") settle("forbidden");
      else settle(code === "ECONNREFUSED" || code === "ENOENT" ? "stale" : "live");
    });
  }).finally(() => socket.destroy());
}

/**
 * Binds beside the path, in a folder that nobody else may look into, and puts the socket in its place when mode and
 * owner are right: at no moment is it open to more than it should, whatever the umask. What was there is replaced
 * in one step.
 *
 * Gives the way to remove the file, which does so only as long as it is still the one that was made.
 */
export async function bindFile(file: SocketFile, bind: (path: string) => Promise<void>): Promise<() => void> {
  const folder = mkdtempSync(join(dirname(file.path), ".appd-"));
  const beside = placeIn(folder, file.path);
  try {
    await bind(beside.bound);
    if (file.uid !== undefined || file.gid !== undefined)
      chownSync(beside.path, file.uid ?? -1, file.gid ?? -1);
    chmodSync(beside.path, file.mode);
    const { dev, ino } = lstatSync(beside.path);
    renameSync(beside.path, file.path);
    const path = resolve(file.path);
    return () => silently(() => isSame(lstatSync(path), { dev, ino }) && unlinkSync(path));
  } finally {
    beside.close();
    silently(() => unlinkSync(beside.path));
    silently(() => rmdirSync(folder));
  }
}

/** Where a socket is bound, as a path that is short enough, and as one that stays right. */
interface Beside {
  readonly bound: string;
  readonly path: string;
  close(): void;
}

/** With the socket's own name where there is room for it, because that is what lists of sockets show. */
function placeIn(folder: string, path: string): Beside {
  const named = join(folder, basename(path));
  const short = join(folder, SHORT);
  const direct = [named, short].find((one) => Buffer.byteLength(one) <= LONGEST_PATH);
  if (direct !== undefined || process.platform !== "linux")
    return { bound: direct ?? short, path: direct ?? short, close: () => undefined };
  const fd = openSync(folder, "r");
  return { bound: `/proc/self/fd/${fd}/${SHORT}`, path: short, close: () => closeSync(fd) };
}

/** When the server closes, libuv removes whatever is at the path that it has bound: no other file has this name. */
const SHORT = ".appd-s";

const isSame = (stats: Stats, { dev, ino }: Pick<Stats, "dev" | "ino">): boolean =>
  stats.dev === dev && stats.ino === ino;
