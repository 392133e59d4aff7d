import type * as Koffi from "koffi";
import { MissingPeerError } from "../base/errors";
import { optionalPeer } from "../base/optional-peer";
import { quote } from "../base/text";
import { PrivilegesError } from "./errors";

/** Makes a folder the root of the process. */
export type ChangeRoot = (folder: string) => void;

/**
 * Node has no chroot(2): the system's own, by a library that calls it.
 *
 * @throws MissingPeerError where that is not installed
 */
export function findChangeRoot(): ChangeRoot {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, for this option alone
  const koffi = optionalPeer(() => require("koffi") as typeof Koffi, "koffi");
  if (!koffi)
    throw new MissingPeerError(
      "--chroot needs a library that is not here: npm install koffi; or let RootDirectory= in a systemd unit, or " +
        "bubblewrap (bwrap), do it from outside",
    );
  // Node itself has the C library in it, whatever that is called here.
  const chroot = koffi.load(null).func("int chroot(const char *path)") as (folder: string) => number;
  return (folder) => {
    if (chroot(folder) === 0) return;
    const number = koffi.errno();
    const name = Object.entries(koffi.os.errno).find(([, code]) => code === number)?.[0];
    throw new PrivilegesError(`can't make ${quote(folder)} the root: ${name ?? `error ${number}`}`);
  };
}
