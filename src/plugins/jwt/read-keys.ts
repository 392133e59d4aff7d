import { createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import type { JSONWebKeySet, JWK } from "jose";
import { UselessSourceError } from "../_errors";
import type { Keys } from "./key-source";
import { jose } from "./library";

/** Bits; shorter RSA keys are refused by any library. */
const LEAST_RSA = 2048;
/** Bytes: as long as the shortest hash (RFC 7518, 3.2). */
const LEAST_SECRET = 32;

/**
 * The keys in a file: a public one or a certificate in PEM, or a set of them in JSON.
 *
 * @throws UselessSourceError
 */
export function readKeys(text: string): Keys {
  if (text.trimStart().startsWith("{")) return readKeySet(text);
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw new UselessSourceError("it holds a private key; only the public one belongs here");
  if (!text.includes("-----BEGIN ")) throw new UselessSourceError("there is no key in it (PEM or JWKS)");
  const key = parsed(() => createPublicKey(text), "its key can't be read");
  refuseShort(key);
  return key;
}

/**
 * A key set, as a file or a server has it (RFC 7517). A file is somebody's who can mend it; a server may have keys
 * beside those that are of use here.
 *
 * @throws UselessSourceError
 */
export function readKeySet(text: string, from: "file" | "server" = "file"): Keys {
  const found = parsed(() => JSON.parse(text) as Partial<JSONWebKeySet & JWK> | null, "it is no JSON");
  const keys: unknown = found?.kty === undefined ? found?.keys : [found];
  if (!Array.isArray(keys) || keys.length === 0) throw new UselessSourceError("there are no keys in it");
  const set = (keys as Partial<JWK>[]).map((key, index) => judged(key, index + 1));
  const [fault] = set.flatMap((one) => one.fault ?? []);
  const usable = set.flatMap(({ fault: none, key }) => (none === undefined ? [key] : []));
  if (fault && (from === "file" || usable.length === 0)) throw fault;
  return parsed(() => jose().createLocalJWKSet({ keys: usable as JWK[] }), "it is no key set");
}

/**
 * A secret that two share.
 *
 * @throws UselessSourceError
 */
export function readSecret(text: string): Keys {
  const secret = Buffer.from(text.replace(/\r?\n$/, ""));
  if (secret.length < LEAST_SECRET)
    throw new UselessSourceError(`the secret in it has ${secret.length} bytes, less than ${LEAST_SECRET}`);
  return createSecretKey(secret);
}

interface Judged {
  readonly key: Partial<JWK>;
  /** Why it is of no use. */
  readonly fault?: UselessSourceError;
}

/** @throws UselessSourceError for a secret: whoever publishes one has to know */
function judged(key: Partial<JWK> | null, number: number): Judged {
  if (typeof key !== "object" || key === null || typeof key.kty !== "string")
    return { key: {}, fault: new UselessSourceError(`its key ${number} is none`) };
  if (key.kty === "oct" || key.d !== undefined)
    throw new UselessSourceError(`its key ${number} is a secret one; only public ones belong here`);
  try {
    refuseShort(parsed(() => createPublicKey({ key, format: "jwk" }), "it can't be read"));
    return { key };
  } catch (error) {
    const { message } = error as Error;
    return { key, fault: new UselessSourceError(`its key ${number}: ${message}`, { cause: error }) };
  }
}

function refuseShort(key: KeyObject): void {
  if ((key.asymmetricKeyDetails?.modulusLength ?? LEAST_RSA) < LEAST_RSA)
    throw new UselessSourceError(`it is an RSA key of less than ${LEAST_RSA} bits`);
}

function parsed<T>(read: () => T, problem: string): T {
  try {
    return read();
  } catch (cause) {
    throw new UselessSourceError(problem, { cause });
  }
}
