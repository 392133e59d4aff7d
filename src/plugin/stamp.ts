import { closeSync, fstatSync, openSync, readFileSync, statSync, type Stats } from "node:fs";

/**
 * What a file looks like from outside: size, mtime, ctime (both in ms, exactly as Node gives them), inode. As
 * long as nothing of it changes, the content didn't. A ctime can't be set back, unlike an mtime.
 */
export type Stamp = readonly [size: number, mtimeMs: number, ctimeMs: number, ino: number];

/** Kernels and file systems tick at up to two seconds: a change so soon after another may leave no trace. */
const TICK_MS = 2000;

export const stampOf = ({ size, mtimeMs, ctimeMs, ino }: Stats): Stamp => [size, mtimeMs, ctimeMs, ino];

/** The stamp of a path, or undefined if nothing is there. */
export function stampAt(path: string): Stamp | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && stampOf(stats);
  } catch {
    return undefined;
  }
}

export const sameStamp = (a: Stamp, b: Stamp): boolean =>
  a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];

/** Whether a file stamped now may still change without a trace in its stamp. */
export const isRacy = ([, mtimeMs, ctimeMs]: Stamp, now: number): boolean =>
  Math.max(mtimeMs, ctimeMs) > now - TICK_MS;

/**
 * A fingerprint of a text: 64 bits that tell one version of a file from the next. Not against forgery: whoever
 * can write the file needs none. Node's own hashes would cost 7 ms to load.
 */
export function fingerprint(text: string): string {
  let a = 0xdeadbeef ^ text.length;
  let b = 0x41c6ce57 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x85ebca6b);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ unit, 0xc2b2ae35);
    b = (b << 15) | (b >>> 17);
  }
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d) ^ Math.imul(b ^ (b >>> 13), 0x846ca68b);
  b = Math.imul(b ^ (b >>> 16), 0x7feb352d) ^ Math.imul(a ^ (a >>> 13), 0x846ca68b);
  return (a >>> 0).toString(36) + "." + (b >>> 0).toString(36);
}

/**
 * The content of a file that only the user who runs this, or root, can have written; undefined if it isn't there
 * or can't be trusted. It is the opened file that is judged, not what its name leads to a moment later.
 */
export function readTrustedBytes(path: string): Buffer | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    return isOurs(fstatSync(fd)) ? readFileSync(fd) : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Its text. */
export const readTrusted = (path: string): string | undefined => readTrustedBytes(path)?.toString();

/** Whether a folder belongs to the user who runs this, or to root, and nobody else may write in it. */
export function isOursAt(folder: string): boolean {
  try {
    return isOurs(statSync(folder));
  } catch {
    return false;
  }
}

/** Whether it belongs to the user who runs this, or to root, and nobody else may write it. */
export function isOurs({ uid, mode }: Stats): boolean {
  const me = process.getuid?.();
  if (me === undefined) return true;
  return (uid === me || uid === 0) && (mode & 0o022) === 0;
}
