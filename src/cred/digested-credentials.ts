import { Implements } from "../interface/implements";
import { IUsernameDigestHash, IUsernameHashedPassword, type DigestAlgorithm } from "./credentials";
import type { DigestFields } from "./digest-fields";
import { digestName, DIGESTS, makeHA1 } from "./ha1";
import { sameSecret } from "./same-secret";

/** What a response was made for. */
export interface DigestedRequest {
  readonly method: string;
  readonly realm: string;
  readonly fields: DigestFields;
  /** Called once, when the proof is right: whether this is the first response of its kind. */
  readonly use?: (() => boolean) | undefined;
}

/** An answer to a digest challenge (RFC 7616, 3.4), judged by the password or by its HA1. */
@Implements(IUsernameHashedPassword, IUsernameDigestHash)
export class DigestedCredentials implements IUsernameHashedPassword, IUsernameDigestHash {
  readonly method: string;
  readonly realm: string;
  readonly fields: DigestFields;
  readonly algorithm: DigestAlgorithm;
  readonly #use: () => boolean;
  #isFirst: boolean | undefined;

  constructor(
    readonly username: string,
    { method, realm, fields, use = () => true }: DigestedRequest,
  ) {
    this.#use = use;
    this.method = method;
    this.realm = realm;
    this.fields = fields;
    this.algorithm = algorithmNamed(fields.algorithm ?? "MD5") ?? "MD5";
  }

  checkPassword(password: string): boolean {
    const { username, realm } = this;
    return this.checkHash(makeHA1({ username, realm, password }, digestName(this.algorithm)));
  }

  checkHash(ha1: string): boolean {
    const { nonce = "", nc = "", cnonce = "", qop, uri = "", response = "" } = this.fields;
    const secret = this.algorithm.endsWith("-sess") ? this.#hash(`${ha1}:${nonce}:${cnonce}`) : ha1;
    const asked = this.#hash(`${this.method}:${uri}`);
    const proof = qop === undefined ? [nonce, asked] : [nonce, nc, cnonce, qop, asked];
    if (!sameSecret(response.toLowerCase(), this.#hash([secret, ...proof].join(":")))) return false;
    return (this.#isFirst ??= this.#use());
  }

  #hash(text: string): string {
    const { createHash } = process.getBuiltinModule("node:crypto");
    return createHash(DIGESTS[digestName(this.algorithm)]).update(text).digest("hex");
  }
}

const ALGORITHMS: readonly DigestAlgorithm[] = ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"];

/** The algorithm of a name in any case; undefined for one that is not known. */
export function algorithmNamed(name: string): DigestAlgorithm | undefined {
  return ALGORITHMS.find((one) => one.toLowerCase() === name.toLowerCase());
}
