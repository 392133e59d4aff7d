import type { PHC } from "./phc";

/** One way to hash passwords. */
export interface HashScheme {
  /** As it stands between the first dollars of a hash. */
  readonly id: "argon2id" | "scrypt";
  /** What a new hash is made with; one with less is made anew when its owner logs in. */
  readonly policy: Readonly<Record<string, number>>;
  /** How much work parameters stand for: memory times time. */
  costOf(params: Readonly<Record<string, number>>): number;
  /** What has to be installed for it; undefined where nothing is missing. */
  missing(): string | undefined;
  /** What is wrong with a hash of this scheme: a parameter that is absent, or beyond what can be computed. */
  faultOf(phc: PHC): string | undefined;
  hash(password: string): Promise<string>;
  verify(password: string, phc: PHC): Promise<boolean>;
}

/** What a parameter may be at most. A file is trusted, but a slip of the pen must not take the server down. */
export type Limits = Readonly<Record<string, readonly [least: number, most: number]>>;

/** What is wrong with the parameters of a hash. */
export function outOfLimits({ params }: PHC, limits: Limits): string | undefined {
  for (const [name, [least, most]] of Object.entries(limits)) {
    const value = params[name];
    if (value === undefined) return `its parameter ${name} is missing`;
    if (value < least || value > most) return `its ${name}=${value} is not between ${least} and ${most}`;
  }
  return undefined;
}

/** Salts and hashes are that long in bytes. */
export const SALT_LENGTH = 16;
export const HASH_LENGTH = 32;
