import { neededPeer } from "appd";
import type * as Jose from "jose";

/** jose: RFC 7515 to 7519. @throws MissingPeerError where it is not installed */
export function jose(): typeof Jose {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, loaded when it is used
  return neededPeer(() => require("jose") as typeof Jose, "jose", { install: "jose@5" });
}
