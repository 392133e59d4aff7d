/** What is not permitted to somebody, root does not notice: these tests play an ordinary user. */
import { chownSync } from "node:fs";

const NOBODY = 65_534;

/**
 * Does something as who may not everything. Root becomes nobody meanwhile, all of the process's threads with it, and
 * gives him what he is to own.
 */
export async function asOrdinaryUser<T>(owned: readonly string[], work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  for (const path of owned) chownSync(path, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
