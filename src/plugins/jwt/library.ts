import type * as Jose from "jose";
import { MissingPeerError } from "../_errors";
import { optional } from "../peer/optional";

/** jose: RFC 7515 to 7519. @throws MissingPeerError where it is not installed */
export function jose(): typeof Jose {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, loaded when it is used
  const library = optional(() => require("jose") as typeof Jose, "jose");
  if (library) return library;
  throw new MissingPeerError("it needs a library that is not here: npm install jose@5");
}
