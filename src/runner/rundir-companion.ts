import { NoRundirError, RundirPermissionError } from "./errors";
import type { Companion } from "./companion";

/** Enters `--rundir` when the service is made: until then, paths mean the folder where they were typed. */
export function rundirCompanion(rundir: string): Companion {
  return {
    made({ world }) {
      try {
        world.changeFolder(rundir);
      } catch (cause) {
        throw rundirError(rundir, cause);
      }
    },
  };
}

function rundirError(rundir: string, cause: unknown): Error {
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return new RundirPermissionError(rundir, { cause });
  return new NoRundirError(rundir, PROBLEMS[code] ?? `it can't be entered (${code})`, { cause });
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ELOOP: "it is a symbolic link that leads in a circle",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "there is no such folder",
  ENOTDIR: "it is no folder",
};
