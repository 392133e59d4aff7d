import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { throwFaults } from "../../base/errors";
import { UnitNotWrittenError, UnitThereError } from "./errors";

/** A unit file to write. */
export interface UnitFile {
  /** `myproject.service` */
  readonly name: string;
  readonly text: string;
}

/** Everyone may read a unit. */
const MODE = 0o644;

/**
 * Writes all of them, or none where one is there already.
 *
 * @throws UnitThereError unless it is to be replaced, or is the same; UnitNotWrittenError
 */
export function writeUnits(
  units: readonly UnitFile[],
  { folder, force }: { folder: string; force: boolean },
): void {
  const path = ({ name }: UnitFile): string => join(folder, name);
  const other = units.filter((unit) => ![undefined, unit.text].includes(textOf(path(unit))));
  if (!force) throwFaults(other.map((unit) => new UnitThereError(path(unit))));
  for (const unit of units) writeWhole(path(unit), unit.text);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UnitNotWrittenError(path, error as NodeJS.ErrnoException);
  }
}

/** In the place of what was there, a link included: what it led to is not touched. */
function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}`;
  try {
    writeFileSync(beside, text, { mode: MODE, flag: "wx" });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UnitNotWrittenError(path, error as NodeJS.ErrnoException);
  }
}
