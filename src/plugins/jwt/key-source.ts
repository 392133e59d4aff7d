import type { JWTVerifyGetKey, KeyLike } from "jose";
import type { LoginAttempt } from "appd";

/** What signatures are checked by: one key, or what finds one for a token. */
export type Keys = KeyLike | Uint8Array | JWTVerifyGetKey;

export type Complaining = Pick<LoginAttempt, "complain">;

/** Where keys come from. */
export interface KeySource {
  /** The algorithms that such keys are for: a public key never serves as a shared secret. */
  readonly algorithms: readonly string[];
  /** The keys as they are now. @throws what says that there are none to be had */
  keys(attempt?: Complaining): Promise<Keys>;
  /** The same after a token has named one that is not among them; undefined where that would change nothing. */
  newer?(attempt?: Complaining): Promise<Keys | undefined>;
  /** Another one as soon as they have changed. */
  revision(): unknown;
}

export const ASYMMETRIC = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA"],
];
export const SYMMETRIC = ["HS256", "HS384", "HS512"];
