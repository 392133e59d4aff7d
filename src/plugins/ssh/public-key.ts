import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { WireReader } from "./wire";

/** Bits; less has been factored. */
const LEAST_RSA = 2048;
const CURVES: Readonly<
  Record<string, { readonly crv: string; readonly size: number; readonly hash: string }>
> = {
  nistp256: { crv: "P-256", size: 32, hash: "sha256" },
  nistp384: { crv: "P-384", size: 48, hash: "sha384" },
  nistp521: { crv: "P-521", size: 66, hash: "sha512" },
};

/** The kinds of keys that can be judged. */
export const KINDS: readonly string[] = [
  "ssh-ed25519",
  "ssh-rsa",
  ...Object.keys(CURVES).map((curve) => `ecdsa-sha2-${curve}`),
];

/** How signatures made with a key are checked, by the name of the signature's algorithm. */
export interface Checkable {
  readonly key: KeyObject;
  /** The hash of each algorithm; null where the algorithm hashes by itself. */
  readonly hashes: Readonly<Record<string, string | null>>;
  /** What the key's library wants of what SSH calls a signature. */
  readonly unpack: (signature: Buffer) => Buffer;
}

/**
 * A public key as SSH sends it (RFC 4253, 8332, 5656 and 8709).
 *
 * @throws Error for anything else, and for an RSA key of less than 2048 bits
 */
export function readPublicKey(blob: Uint8Array): Checkable {
  const reader = new WireReader(blob);
  const kind = reader.text();
  const checkable = read(kind, reader);
  reader.end();
  return checkable;
}

function read(kind: string, reader: WireReader): Checkable {
  if (kind === "ssh-ed25519") return readEd25519(reader);
  if (kind === "ssh-rsa") return readRSA(reader);
  if (KINDS.includes(kind)) return readECDSA(kind, reader);
  throw new Error("it is a key of a kind that is not known here");
}

function readEd25519(reader: WireReader): Checkable {
  const key = keyOf({ kty: "OKP", crv: "Ed25519", x: reader.bytes().toString("base64url") });
  return { key, hashes: { "ssh-ed25519": null }, unpack: (signature) => signature };
}

/** SHA-1 is left out: nobody signs with it any more. */
function readRSA(reader: WireReader): Checkable {
  const e = reader.number();
  const n = reader.number();
  const key = keyOf({ kty: "RSA", e: e.toString("base64url"), n: n.toString("base64url") });
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA)
    throw new Error(`it is an RSA key of less than ${LEAST_RSA} bits`);
  return {
    key,
    hashes: { "rsa-sha2-256": "sha256", "rsa-sha2-512": "sha512" },
    unpack: (signature) => signature,
  };
}

function readECDSA(kind: string, reader: WireReader): Checkable {
  const name = reader.text();
  const curve = CURVES[name];
  const point = reader.bytes();
  if (!curve || kind !== `ecdsa-sha2-${name}` || point.length !== 1 + 2 * curve.size || point[0] !== 4)
    throw new Error("it is no key of its kind");
  const { crv, size, hash } = curve;
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  const key = keyOf({ kty: "EC", crv, x: x.toString("base64url"), y: y.toString("base64url") });
  return { key, hashes: { [kind]: hash }, unpack: (signature) => twoNumbers(signature, size) };
}

/** r and s, each as long as the curve's numbers are. */
function twoNumbers(signature: Buffer, size: number): Buffer {
  const reader = new WireReader(signature);
  const numbers = [reader.number(), reader.number()];
  reader.end();
  return Buffer.concat(numbers.flatMap((bytes) => [Buffer.alloc(Math.max(0, size - bytes.length)), bytes]));
}

const keyOf = (key: JsonWebKey): KeyObject => createPublicKey({ key, format: "jwk" });
