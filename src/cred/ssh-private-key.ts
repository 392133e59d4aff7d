import { Implements } from "../interface/implements";
import { ISSHPrivateKey } from "./credentials";

/** What a client shows in SSH's public-key authentication (RFC 4252, 7). */
export interface ShownKey {
  readonly algName: string;
  readonly blob: Uint8Array;
  readonly sigData: Uint8Array;
  readonly signature?: Uint8Array | undefined;
}

/** A public key and a signature made with the private one. */
@Implements(ISSHPrivateKey)
export class SSHPrivateKey implements ISSHPrivateKey {
  readonly algName: string;
  readonly blob: Uint8Array;
  readonly sigData: Uint8Array;
  readonly signature: Uint8Array | undefined;

  constructor(
    readonly username: string,
    { algName, blob, sigData, signature }: ShownKey,
  ) {
    this.algName = algName;
    this.blob = blob;
    this.sigData = sigData;
    this.signature = signature;
  }
}
