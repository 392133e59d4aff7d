/** One way in which crypt(3) hashes passwords. */
export interface CryptScheme {
  /** What people call it. */
  readonly name: string;
  /** How its hashes begin. */
  readonly begins: RegExp;
  /** What a whole hash looks like. */
  readonly form: RegExp;
  /** What has to be installed for it; undefined where nothing is missing. */
  missing(): string | undefined;
  /** What is wrong with a hash that looks like one. */
  faultOf?(hash: string): string | undefined;
  /** Whether the hash was made of this password. Never computes on the event loop. */
  verify(password: string, hash: string): Promise<boolean>;
}
