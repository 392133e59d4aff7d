/**
 * What someone can show to say who he is. A protocol makes credentials, a checker that knows their interface
 * judges them. The classes that appd has for these interfaces have files of their own.
 */
import type { DetailedPeerCertificate } from "node:tls";
import { SharedInterface } from "../interface/interface";

/** Any credentials. */
@SharedInterface("appd:ICredentials")
export abstract class ICredentials {}

/** A name and a password in the clear. */
@SharedInterface("appd:IUsernamePassword", "username", "password", "checkPassword")
export abstract class IUsernamePassword extends ICredentials {
  abstract readonly username: string;
  abstract readonly password: string;
  /** Whether it is this password; takes as long whatever is in it. */
  abstract checkPassword(password: string): boolean | Promise<boolean>;
}

/** A name, and a proof of the password that only one who has the password itself can judge. */
@SharedInterface("appd:IUsernameHashedPassword", "username", "checkPassword")
export abstract class IUsernameHashedPassword extends ICredentials {
  abstract readonly username: string;
  /** Whether the proof was made of this password. */
  abstract checkPassword(password: string): boolean | Promise<boolean>;
}

/** The hash functions that HTTP digest may use. */
export type DigestAlgorithm = "MD5" | "MD5-sess" | "SHA-256" | "SHA-256-sess";

/** A name, and a proof that can be judged by HA1: the hash of name, realm and password. */
@SharedInterface("appd:IUsernameDigestHash", "username", "realm", "algorithm", "checkHash")
export abstract class IUsernameDigestHash extends ICredentials {
  abstract readonly username: string;
  /** What the HA1 has to be made for. */
  abstract readonly realm: string;
  abstract readonly algorithm: DigestAlgorithm;
  /** Whether the proof was made of this HA1, which is hexadecimal. */
  abstract checkHash(ha1: string): boolean | Promise<boolean>;
}

/** Someone who does not say who he is. */
@SharedInterface("appd:IAnonymous")
export abstract class IAnonymous extends ICredentials {}

/** A public key, and the signature that shows who holds the private one. */
@SharedInterface("appd:ISSHPrivateKey", "username", "algName", "blob", "sigData", "signature")
export abstract class ISSHPrivateKey extends ICredentials {
  abstract readonly username: string;
  /** The name of the key's algorithm, such as `ssh-ed25519`. */
  abstract readonly algName: string;
  /** The public key as it goes over the wire (RFC 4253, 6.6). */
  abstract readonly blob: Uint8Array;
  /** What is signed. */
  abstract readonly sigData: Uint8Array;
  /** As it goes over the wire; undefined asks only whether the key would do. */
  abstract readonly signature: Uint8Array | undefined;
}

/** A token that says by itself, or to who issued it, who holds it (RFC 6750). */
@SharedInterface("appd:IBearerToken", "token")
export abstract class IBearerToken extends ICredentials {
  abstract readonly token: string;
}

/** The certificate that the other end of a TLS connection has shown. */
@SharedInterface("appd:IClientCertificate", "certificate", "authorized")
export abstract class IClientCertificate extends ICredentials {
  abstract readonly certificate: DetailedPeerCertificate;
  /** Whether TLS itself found it good: signed by a known authority, and in its time. */
  abstract readonly authorized: boolean;
}
