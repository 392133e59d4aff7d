import { IBearerToken, ICredentialsChecker, Implements, UnauthorizedLogin, type LoginAttempt } from "appd";
import type { JWTPayload } from "jose";
import type { Keys, KeySource } from "./key-source";
import { jose } from "./library";

/** What a token has to say, besides being signed. */
export interface Claims {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that says who it is. */
  readonly id: string;
  /** Seconds by which clocks may differ. */
  readonly tolerance: number;
}

/** Characters; a request's head has no more. */
const LONGEST = 16_384;

/** Judges JSON Web Tokens (RFC 7519, and RFC 8725 for what to mind). */
@Implements(ICredentialsChecker)
export class JWTChecker implements ICredentialsChecker {
  readonly credentialInterfaces = [IBearerToken];
  readonly #source: KeySource;
  readonly #claims: Claims;

  constructor(source: KeySource, claims: Claims) {
    this.#source = source;
    this.#claims = claims;
  }

  revision(): unknown {
    return this.#source.revision();
  }

  async requestAvatarId({ token }: IBearerToken, attempt?: LoginAttempt): Promise<string> {
    if (token.length > LONGEST) throw new UnauthorizedLogin();
    const keys = await this.#source.keys(attempt);
    let payload = await this.#verified(token, keys);
    if (payload === "no key") {
      const newer = await this.#source.newer?.(attempt);
      payload = newer === undefined ? payload : await this.#verified(token, newer);
    }
    const name = payload === "no key" ? undefined : payload[this.#claims.id];
    if (typeof name !== "string" || name === "") throw new UnauthorizedLogin();
    return name;
  }

  async #verifiedByOne(token: string, candidates: AsyncIterable<Keys>): Promise<JWTPayload | "no key"> {
    let refusal: unknown;
    for await (const key of candidates) {
      try {
        return await this.#verified(token, key);
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal;
  }

  /** What the token says; "no key" where it names one that is not known. @throws UnauthorizedLogin */
  async #verified(token: string, keys: Keys): Promise<JWTPayload | "no key"> {
    const { errors, jwtVerify } = jose();
    const { issuer, audience, id, tolerance } = this.#claims;
    const options = {
      issuer,
      audience,
      algorithms: [...this.#source.algorithms],
      clockTolerance: tolerance,
      requiredClaims: ["exp", id],
    };
    try {
      const { payload } =
        typeof keys === "function"
          ? await jwtVerify(token, keys, options)
          : await jwtVerify(token, keys, options);
      return payload;
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey) return "no key";
      // A token need not name its key (RFC 7515, 4.1.4): then each of those that would do is tried.
      if (cause instanceof errors.JWKSMultipleMatchingKeys) return this.#verifiedByOne(token, cause);
      // Whatever it is, a token has brought it about.
      throw new UnauthorizedLogin(undefined, { cause });
    }
  }
}
