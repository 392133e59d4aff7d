import type * as Crypto from "node:crypto";
import { systemClock, type Clock } from "../service/clock";
import type { DigestAlgorithm } from "./credentials";
import { readDigestFields, usernameIn, type DigestFields } from "./digest-fields";
import { algorithmNamed, DigestedCredentials } from "./digested-credentials";
import { DigestFailed } from "./errors";
import { NonceCounts, type NonceCount } from "./nonce-counts";
import { sameSecret } from "./same-secret";

/** What to put into a `WWW-Authenticate: Digest` header. */
export interface DigestChallenge {
  readonly nonce: string;
  readonly opaque: string;
  readonly qop: "auth";
  readonly algorithm: DigestAlgorithm;
  readonly realm: string;
}

/** The request that brings a response. */
export interface DigestDecoding {
  readonly method: string;
  /** Where it comes from: a challenge is good for the address that it was made for. */
  readonly address?: string | undefined;
  /** What is asked for: a response is good for that alone. Not looked at where it is left out. */
  readonly uri?: string | undefined;
}

const crypto = (): typeof Crypto => process.getBuiltinModule("node:crypto");

/**
 * Makes digest challenges and takes their answers apart (RFC 7616, qop `auth`). It keeps no list of challenges: each
 * carries its own proof, good for 15 minutes. A response is good once.
 */
export class DigestCredentialFactory {
  /** Seconds. */
  readonly lifetime = 900;
  readonly algorithm: DigestAlgorithm;
  readonly #key = crypto().randomBytes(32);
  readonly #clock: Clock;
  readonly #counts = new NonceCounts();

  /** @throws RangeError for an algorithm that is not known */
  constructor(
    algorithm: string,
    readonly realm: string,
    { clock = systemClock }: { readonly clock?: Clock } = {},
  ) {
    const known = algorithmNamed(algorithm);
    if (!known) throw new RangeError(`there is no digest algorithm called ${JSON.stringify(algorithm)}`);
    this.algorithm = known;
    this.#clock = clock;
  }

  getChallenge(address = ""): DigestChallenge {
    const nonce = crypto().randomBytes(18).toString("base64url");
    const opaque = this.#opaque(nonce, address);
    return { nonce, opaque, qop: "auth", algorithm: this.algorithm, realm: this.realm };
  }

  /**
   * Takes the text behind `Digest ` apart.
   *
   * @throws DigestFailed for what answers none of the challenges made here; `stale` for one that is too old
   */
  decode(response: string, { method, address = "", uri }: DigestDecoding): DigestedCredentials {
    const fields = readDigestFields(response);
    const username = usernameIn(fields);
    if (username === undefined || username === "")
      throw new DigestFailed("Invalid response, no username given.");
    if (fields.opaque === undefined) throw new DigestFailed("Invalid response, no opaque given.");
    if (fields.nonce === undefined) throw new DigestFailed("Invalid response, no nonce given.");
    const madeAt = this.#verifyOpaque(fields.opaque, { nonce: fields.nonce, address });
    this.#verifyFields(fields, uri);
    const count = { nonce: fields.nonce, madeAt, count: readCount(fields.nc) };
    this.#refuseUsed(count);
    const use = (): boolean => this.#counts.use(count);
    return new DigestedCredentials(username, { method, realm: this.realm, fields, use });
  }

  /** `hmac-base64(nonce,address,milliseconds)`. */
  #opaque(nonce: string, address: string, at = this.#now()): string {
    const key = `${nonce},${address},${at}`;
    return `${this.#proof(key)}-${Buffer.from(key).toString("base64url")}`;
  }

  #proof(key: string): string {
    return crypto().createHmac("sha256", this.#key).update(key).digest("hex");
  }

  /** Gives the time when the challenge was made. */
  #verifyOpaque(opaque: string, { nonce, address }: { nonce: string; address: string }): number {
    const dash = opaque.indexOf("-");
    if (dash === -1) throw new DigestFailed("Invalid response, invalid opaque value");
    const key = Buffer.from(opaque.slice(dash + 1), "base64url").toString("utf8");
    const [madeFor = "", ...rest] = key.split(",");
    const at = rest.pop() ?? "";
    if (!sameSecret(madeFor, nonce))
      throw new DigestFailed("Invalid response, incompatible opaque/nonce values");
    if (rest.join(",") !== address)
      throw new DigestFailed("Invalid response, incompatible opaque/client values", { stale: true });
    if (!/^\d+$/.test(at)) throw new DigestFailed("Invalid response, invalid opaque/time values");
    // It may be from before a restart.
    if (!sameSecret(this.#proof(key), opaque.slice(0, dash)))
      throw new DigestFailed("Invalid response, invalid opaque value", { stale: true });
    if (this.#now() - Number(at) > this.lifetime * 1000)
      throw new DigestFailed("Invalid response, incompatible opaque/nonce too old", { stale: true });
    return Number(at);
  }

  #verifyFields(
    { realm, algorithm = "MD5", qop, userhash = "false", ...fields }: DigestFields,
    uri?: string,
  ): void {
    if (realm !== this.realm) throw new DigestFailed("Invalid response, it is for another realm");
    if (algorithmNamed(algorithm) !== this.algorithm)
      throw new DigestFailed("Invalid response, it is made with another algorithm");
    if (qop !== "auth") throw new DigestFailed('Invalid response, its qop is not "auth"');
    if (userhash !== "false") throw new DigestFailed("Invalid response, the username is hashed");
    if (uri !== undefined && fields.uri !== uri)
      throw new DigestFailed("Invalid response, it is for another uri");
  }

  /** A response that comes twice is someone else's copy of it, or was sent again because of a lost connection. */
  #refuseUsed(count: NonceCount): void {
    if (this.#counts.isUsed(count))
      throw new DigestFailed("Invalid response, the nonce count was used already", {
        stale: true,
        replayed: true,
      });
  }

  #now(): number {
    return Math.floor(this.#clock.now());
  }
}

function readCount(nc = ""): number {
  if (/^[0-9a-f]{8}$/i.test(nc)) return Number.parseInt(nc, 16);
  throw new DigestFailed("Invalid response, invalid nonce count");
}
