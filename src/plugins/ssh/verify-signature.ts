import { verify } from "node:crypto";
import type { ISSHPrivateKey } from "appd";
import { readPublicKey } from "./public-key";
import { WireReader } from "./wire";

/**
 * Whether the signature was made over the data with the private key that belongs to the public one that was shown.
 * Computed on Node's threads; false for anything malformed.
 */
export async function verifySignature(shown: ISSHPrivateKey): Promise<boolean> {
  try {
    const { key, hashes, unpack } = readPublicKey(shown.blob);
    const reader = new WireReader(shown.signature ?? Buffer.alloc(0));
    const algorithm = reader.text();
    const signature = unpack(reader.bytes());
    reader.end();
    const hash = hashes[algorithm];
    if (hash === undefined || !isAnnounced(shown.algName, algorithm)) return false;
    return await new Promise((resolve) => {
      const options = { key, dsaEncoding: "ieee-p1363" } as const;
      verify(hash, shown.sigData, options, signature, (error, isRight) => resolve(error === null && isRight));
    });
  } catch {
    return false;
  }
}

/** A client may name the key's kind, or, as RFC 8332 has it, what it signs with. */
const isAnnounced = (announced: string, algorithm: string): boolean =>
  announced === algorithm || (announced === "ssh-rsa" && algorithm.startsWith("rsa-sha2-"));
