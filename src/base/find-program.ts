import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Where a program of the system's is: where commands are looked for, and where Linux has it if nobody says. */
export function findProgram(name: string, searchPath = ""): string | undefined {
  // A relative folder would be another one each time.
  const folders = [...searchPath.split(":").filter((folder) => folder.startsWith("/")), "/usr/bin", "/bin"];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
