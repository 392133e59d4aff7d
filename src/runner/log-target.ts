import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { writeChunk, type WriteSome } from "../log/file-output";
import { RotatingFile, type RotatingFileOptions } from "../log/rotating-file";
import { LogFileError } from "./errors";
import type { LogDescriptor, ProcessLogOptions } from "./process-log";
import type { World } from "./world";

/** Where lines go. */
export interface LogTarget {
  readonly writeSome: WriteSome;
  /** The path of the file, if it is one, as it was when it was opened. */
  readonly path?: string;
  readonly descriptor?: LogDescriptor | undefined;
  /** Says whether it could be done; a warning tells what was in the way. */
  reopen?(): boolean;
  /** To be called before the process makes this folder its root; gives what to go on with afterwards. */
  inRoot?(folder: string): () => LogTarget;
}

type Warn = RotatingFileOptions["warn"];

const STDERR = "-";
export const isStderr = (file = STDERR): boolean => file === STDERR || file === "/dev/stderr";
/** Together with the ten that are kept it is a bound for what a log may take. */
const MAX_SIZE = 10 * 1024 * 1024;

/**
 * A stream of the process is written to as it is: under systemd it is a socket, which has no way to be opened.
 *
 * @throws LogFileError
 */
export function openLogTarget(
  world: World,
  { file = STDERR, rotation }: ProcessLogOptions,
  warn: Warn,
): LogTarget {
  if (isStderr(file)) return { writeSome: world.stderr.writeSome };
  if (file === "/dev/stdout") return { writeSome: world.stdout.writeSome };
  const path = resolve(world.folder, file);
  try {
    const options = { maxSize: MAX_SIZE, ...rotation, warn };
    return fileTarget(new RotatingFile(path, options), { path, here: path, options });
  } catch (cause) {
    throw new LogFileError(file, cause);
  }
}

interface Opened {
  readonly path: string;
  /** The same file for this process, as it is now. */
  readonly here: string;
  readonly options: RotatingFileOptions;
  readonly isNew?: boolean;
}

function fileTarget(file: RotatingFile, opened: Opened): LogTarget {
  const { path, here, options } = opened;
  const descriptor = (): LogDescriptor => ({ ...file.opened, path: here, ...isNewOf(opened) });
  return {
    writeSome: file.writeSome,
    path,
    get descriptor() {
      return descriptor();
    },
    reopen: () => file.reopen(),
    inRoot(folder) {
      const name = nameIn(folder, path);
      return () => {
        const before = descriptor();
        if (name === undefined) return outside(before, opened);
        try {
          const moved = fileTarget(new RotatingFile(name, options), {
            ...opened,
            here: name,
            isNew: before.isNew,
          });
          file.close();
          return moved;
        } catch {
          return outside(before, opened);
        }
      };
    },
  };
}

const isNewOf = ({ isNew }: Opened): Pick<LogDescriptor, "isNew"> | undefined =>
  isNew === undefined ? undefined : { isNew };

/** A file to which there is no way any more: it is only written to. */
function outside({ fd, isNew }: LogDescriptor, { path, options }: Opened): LogTarget {
  return {
    writeSome: (chunk) => writeChunk(fd, chunk),
    path,
    descriptor: { fd, isNew, path: undefined },
    reopen() {
      options.warn?.(
        "reopen",
        Object.assign(new Error("the root folder is another one by now"), { code: "EXDEV" }),
      );
      return false;
    },
  };
}

/** What a file will be called when a folder is the root. */
function nameIn(folder: string, path: string): string | undefined {
  const real = join(realpathSync(dirname(path)), basename(path));
  const name = relative(realpathSync(folder), real);
  return name.startsWith("..") ? undefined : join("/", name);
}
