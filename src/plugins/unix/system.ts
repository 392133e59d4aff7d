import type * as Files from "node:fs/promises";
import { getent, type Getent } from "./getent";

/** Where accounts are read from. */
export interface System {
  readonly getent: Getent;
  /** Whether the shadow file can be read; true where there is none. */
  readonly canReadShadow: () => Promise<boolean>;
  /** Another text, as soon as the files have changed. */
  readonly stamp: () => Promise<string>;
  readonly now: () => number;
}

const PASSWD = "/etc/passwd";
const SHADOW = "/etc/shadow";
const files = (): typeof Files => process.getBuiltinModule("node:fs/promises");

/** The one that this runs on. */
export const SYSTEM: System = {
  getent,
  async canReadShadow() {
    const { access, constants } = files();
    return access(SHADOW, constants.R_OK).then(
      () => true,
      (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT",
    );
  },
  async stamp() {
    return (await Promise.all([PASSWD, SHADOW].map(stampOf))).join(" ");
  },
  now: () => Date.now(),
};

async function stampOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await files().stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(" ");
  } catch {
    return "none";
  }
}
