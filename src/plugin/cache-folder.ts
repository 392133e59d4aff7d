import { chmodSync, mkdirSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isOurs } from "./stamp";

/** Writes a whole file or nothing, for the eyes of its owner only. False where the disk doesn't take it. */
export function writeAtomically(file: string, content: string): boolean {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
    renameSync(temporary, file);
    return true;
  } catch {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never written.
    }
    return false;
  }
}

/** Makes a folder if need be; false when it can't be made, or others could write in it. */
export function isSafeFolder(folder: string): boolean {
  try {
    makeFolder(folder);
    return isOurs(statSync(folder));
  } catch {
    return false;
  }
}

function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })) return;
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
}
