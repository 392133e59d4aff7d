/** Programs of others that tests talk to: where one is missing, its tests are skipped, and that is seen. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export function describeWith(...programs: readonly string[]): jest.Describe {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return describe;
  process.stderr.write(`skipped: what needs ${missing.join(" and ")}, which is not installed\n`);
  return describe.skip;
}

function isThere(program: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
  return folders.some((folder) => existsSync(join(folder, program)));
}
