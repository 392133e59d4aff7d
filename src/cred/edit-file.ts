import type * as Files from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { inWords } from "./trusted-file";
import { NoPasswordFileError, PasswordFilePermissionError, PasswordFileError } from "./errors";

const files = (): typeof Files => process.getBuiltinModule("node:fs/promises");
/** Milliseconds after which whoever began to write it must be gone. */
const STALE = 10_000;
const OWNER_ONLY = 0o600;

/** Makes the new text of the old one; undefined leaves the file as it is. */
export type Edit = (text: string) => string | undefined | Promise<string | undefined>;

export interface EditOptions {
  /** Whether a file that is not there is made, for its owner alone. */
  readonly create?: boolean;
}

/**
 * Puts a new text into a file, in one step: a reader sees the old one or the new one. Mode and owner stay. Of
 * several who edit it at once, one comes after the other.
 *
 * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError
 */
export async function editFile(
  path: string,
  edit: Edit,
  { create = false }: EditOptions = {},
): Promise<void> {
  const target = await targetOf(path, create);
  const draft = `${target}.new`;
  const handle = await inWords(draft, () => openDraft(draft));
  try {
    const before = await originalOf(target, create);
    const text = await edit(before?.text ?? "");
    if (text === undefined || text === before?.text) {
      await remove(handle, draft);
      return;
    }
    if (before) await likeBefore(handle, before);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await files().rename(draft, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await remove(handle, draft);
    throw error;
  }
}

/** The file itself, where the path is a link to it. */
async function targetOf(path: string, create: boolean): Promise<string> {
  try {
    return await files().realpath(path);
  } catch (error) {
    if (create && (error as NodeJS.ErrnoException).code === "ENOENT") return path;
    return inWords(path, () => Promise.reject(error as Error));
  }
}

/** The draft's name is the lock: who makes it writes. */
async function openDraft(draft: string): Promise<FileHandle> {
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = await files().open(draft, "wx", OWNER_ONLY);
      await handle.chmod(OWNER_ONLY);
      return handle;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw asWriting(error);
      await waitForOther(draft, attempt);
    }
  }
}

async function waitForOther(draft: string, attempt: number): Promise<void> {
  const stats = await files()
    .lstat(draft)
    .catch(() => undefined);
  if (stats?.isDirectory()) throw new PasswordFileError(`the folder ${draft} is in the way`);
  if (stats && Date.now() - stats.mtimeMs > STALE) {
    // In a sticky folder it may be somebody else's, who put it there.
    const isInTheWay = (cause: unknown): never => {
      throw new PasswordFileError(`${draft} is in the way, and can't be removed`, { cause });
    };
    await files().rm(draft, { force: true }).catch(isInTheWay);
    return;
  }
  if (attempt > 200) throw new PasswordFileError(`${draft} is in the way: someone else is writing it`);
  await new Promise((resolve) => setTimeout(resolve, 50));
}

interface Original {
  readonly text: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

async function originalOf(target: string, create: boolean): Promise<Original | undefined> {
  try {
    const { mode, uid, gid } = await files().stat(target);
    return { text: await files().readFile(target, "utf8"), mode: mode & 0o7777, uid, gid };
  } catch (error) {
    if (create && (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return inWords(target, () => Promise.reject(error as Error));
  }
}

/** Owner first: a change of owner takes bits of the mode away. */
async function likeBefore(handle: FileHandle, { mode, uid, gid }: Original): Promise<void> {
  const made = await handle.stat();
  if (made.uid !== uid || made.gid !== gid) {
    try {
      await handle.chown(uid, gid);
    } catch (error) {
      throw new PasswordFilePermissionError("a new version would have another owner", { cause: error });
    }
  }
  await handle.chmod(mode);
}

async function remove(handle: FileHandle, draft: string): Promise<void> {
  await handle.close().catch(() => undefined);
  await files().rm(draft, { force: true });
}

/** So that the new name is there after a loss of power as well. Some file systems can't. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await files().open(folder, "r");
  await handle.sync().catch(() => undefined);
  await handle.close();
}

function asWriting(error: unknown): unknown {
  const { code, path = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return new NoPasswordFileError(`there is no folder ${dirname(path)}`);
  if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS") return error;
  return new PasswordFilePermissionError("its folder may not be written by whom this runs as", {
    cause: error,
  });
}
