import type * as Crypto from "node:crypto";

let loaded: typeof Crypto | undefined;

/** Asked for when it is first needed: a start that checks no secret has no use for it. */
const crypto = (): typeof Crypto => (loaded ??= process.getBuiltinModule("node:crypto"));

/**
 * Whether two secrets are the same. How long it takes says nothing about where they differ: digests of one
 * length are compared, whatever the lengths of the two.
 */
export function sameSecret(one: string | Uint8Array, other: string | Uint8Array): boolean {
  const { hash, timingSafeEqual } = crypto();
  return timingSafeEqual(hash("sha256", one, "buffer"), hash("sha256", other, "buffer"));
}
