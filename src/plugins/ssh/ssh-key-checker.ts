import {
  ICredentialsChecker,
  Implements,
  ISSHPrivateKey,
  sameSecret,
  UnauthorizedLogin,
  ValidPublicKey,
  type LoginAttempt,
} from "appd";
import { isUsable } from "./authorized-keys";
import type { KeysOf } from "./open-keys";
import { readPublicKey } from "./public-key";
import { verifySignature } from "./verify-signature";

/** Judges the keys that people show by those that are authorized. */
@Implements(ICredentialsChecker)
export class SSHKeyChecker implements ICredentialsChecker {
  readonly credentialInterfaces = [ISSHPrivateKey];
  readonly #keysOf: KeysOf;
  readonly #now: () => number;

  constructor(keysOf: KeysOf, now: () => number = () => Date.now()) {
    this.#keysOf = keysOf;
    this.#now = now;
  }

  /** @throws ValidPublicKey for a key without a signature that would do */
  async requestAvatarId(shown: ISSHPrivateKey, attempt?: LoginAttempt): Promise<string> {
    // Before anybody is looked for, so that it takes as long whoever it is.
    const isProven = shown.signature !== undefined && (await verifySignature(shown));
    const name = shown.username.normalize("NFC");
    const isListed = await this.#isListed(name, shown.blob, attempt);
    if (isListed && isProven) return name;
    if (isListed && shown.signature === undefined && isReadable(shown.blob)) throw new ValidPublicKey();
    throw new UnauthorizedLogin();
  }

  async #isListed(name: string, blob: Uint8Array, attempt?: LoginAttempt): Promise<boolean> {
    const keys = await this.#keysOf(name, attempt);
    const place = { address: attempt?.address, now: this.#now() };
    return keys.filter((key) => sameSecret(key.blob, blob) && isUsable(key, place)).length > 0;
  }
}

function isReadable(blob: Uint8Array): boolean {
  try {
    return readPublicKey(blob).key.type === "public";
  } catch {
    return false;
  }
}
