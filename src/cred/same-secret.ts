import type * as Crypto from "node:crypto";

const crypto = (): typeof Crypto => process.getBuiltinModule("node:crypto");

/**
 * Whether two secrets are the same. How long it takes says nothing about where they differ: digests of one
 * length are compared, whatever the lengths of the two.
 */
export function sameSecret(one: string | Uint8Array, other: string | Uint8Array): boolean {
  const { timingSafeEqual } = crypto();
  return timingSafeEqual(digest(one), digest(other));
}

const digest = (secret: string | Uint8Array): Buffer => crypto().createHash("sha256").update(secret).digest();
