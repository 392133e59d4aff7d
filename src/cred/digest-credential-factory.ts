import type * as Crypto from "node:crypto";
import { systemClock, type Clock } from "../service/clock";
import type { DigestAlgorithm } from "./credentials";
import { algorithmNamed, DigestedCredentials, type DigestFields } from "./digested-credentials";
import { DigestFailed } from "./errors";
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
/** How many challenges it is remembered of which responses there were. */
const REMEMBERED = 10_000;

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
  readonly #counts = new Map<string, Set<number>>();

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
    const fields = readFields(response);
    const username = usernameIn(fields);
    if (username === undefined || username === "")
      throw new DigestFailed("Invalid response, no username given.");
    if (fields.opaque === undefined) throw new DigestFailed("Invalid response, no opaque given.");
    if (fields.nonce === undefined) throw new DigestFailed("Invalid response, no nonce given.");
    this.#verifyOpaque(fields.opaque, { nonce: fields.nonce, address });
    this.#verifyFields(fields, uri);
    this.#count(fields.nonce, fields.nc ?? "");
    return new DigestedCredentials(username, { method, realm: this.realm, fields });
  }

  /** `hmac-base64(nonce,address,seconds)`. */
  #opaque(nonce: string, address: string, at = this.#seconds()): string {
    const key = `${nonce},${address},${at}`;
    return `${this.#proof(key)}-${Buffer.from(key).toString("base64url")}`;
  }

  #proof(key: string): string {
    return crypto().createHmac("sha256", this.#key).update(key).digest("hex");
  }

  #verifyOpaque(opaque: string, { nonce, address }: { nonce: string; address: string }): void {
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
    if (!sameSecret(this.#proof(key), opaque.slice(0, dash)))
      throw new DigestFailed("Invalid response, invalid opaque value");
    if (this.#seconds() - Number(at) > this.lifetime)
      throw new DigestFailed("Invalid response, incompatible opaque/nonce too old", { stale: true });
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

  /** A response that comes twice is someone else's copy of it. */
  #count(nonce: string, nc: string): void {
    if (!/^[0-9a-f]{8}$/i.test(nc)) throw new DigestFailed("Invalid response, invalid nonce count");
    const seen = this.#counts.get(nonce) ?? new Set();
    const count = Number.parseInt(nc, 16);
    if (seen.has(count) || seen.size >= REMEMBERED)
      throw new DigestFailed("Invalid response, the nonce count was used already", { stale: true });
    seen.add(count);
    this.#counts.delete(nonce);
    this.#counts.set(nonce, seen);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > REMEMBERED && oldest !== undefined) this.#counts.delete(oldest);
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

/** `name="value", name=value`: RFC 9110, 11.4. The first of a name counts. */
function readFields(text: string): DigestFields {
  const fields = new Map<string, string>();
  const FIELD = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))\s*(?:,|$)/gy;
  const start = /^[\s,]*/.exec(text)?.[0].length ?? 0;
  FIELD.lastIndex = start;
  for (let found = FIELD.exec(text); found; found = FIELD.exec(text)) {
    const [, name = "", quoted, bare = ""] = found;
    const key = name.toLowerCase();
    if (!fields.has(key)) fields.set(key, quoted?.replace(/\\(.)/g, "$1") ?? bare);
    FIELD.lastIndex += /^[\s,]*/.exec(text.slice(FIELD.lastIndex))?.[0].length ?? 0;
  }
  return Object.fromEntries(fields);
}

/** `username*` is for names that a quoted string can't hold (RFC 8187). */
function usernameIn(fields: DigestFields): string | undefined {
  const extended = /^UTF-8'[^']*'(.*)$/i.exec(fields["username*"] ?? "")?.[1];
  if (extended === undefined) return fields.username;
  try {
    return decodeURIComponent(extended);
  } catch {
    return undefined;
  }
}
