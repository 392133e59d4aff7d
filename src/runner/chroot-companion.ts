import { statSync } from "node:fs";
import { findChangeRoot, type ChangeRoot } from "./change-root";
import type { Companion, RunView } from "./companion";
import { ChrootFolderError, PrivilegesError, PrivilegesSetupError } from "./errors";
import { takeAlong } from "./take-along";

/**
 * Makes a folder the root of the process once the service is made: until then, everything is where it was. What the
 * run still needs of the old root is loaded or open by then.
 */
export function chrootCompanion(folder: string): Companion {
  let changeRoot: ChangeRoot | undefined;
  return {
    async prepare({ world }) {
      const ids = await world.ids();
      if (!ids) throw new PrivilegesSetupError("--chroot means nothing on this system");
      if (ids.effectiveUid() !== 0)
        throw new PrivilegesError(
          "only root can use --chroot: start it as root and add --uid, or let bubblewrap (bwrap) do it from outside",
        );
      changeRoot = findChangeRoot();
      refuseUnlessFolder(folder);
    },
    made(run) {
      takeAlong(run);
      const moveLog = run.logInRoot(folder);
      changeRoot?.(folder);
      // Whoever stands outside can go anywhere from there.
      run.world.changeFolder("/");
      moveLog();
      run.log.debug("%s is the root", folder);
    },
    started: warnIfRoot,
  };
}

async function warnIfRoot({ world, log }: RunView): Promise<void> {
  if ((await world.ids())?.effectiveUid() === 0)
    log.warn("this runs as root, who can leave a new root again: add --uid to --chroot");
}

function refuseUnlessFolder(folder: string): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ChrootFolderError(folder, code === "ENOENT" ? "there is no such folder" : `${code}`, { cause });
  }
  if (!isFolder) throw new ChrootFolderError(folder, "it is no folder");
}
