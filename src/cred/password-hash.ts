/** Hashes of passwords as they are stored: made, verified, judged. All of the work waits in the hash queue. */
import { argon2id } from "./argon2id";
import { canonical } from "./canonical";
import { HashError } from "./errors";
import { hashQueue, type HashQueue } from "./hash-queue";
import { HASH_LENGTH, SALT_LENGTH, type HashScheme } from "./hash-scheme";
import { readPHC, writePHC, type PHC } from "./phc";
import { scrypt } from "./scrypt";

export type HashName = HashScheme["id"];

/** The first that can be had is what new hashes are made with. */
const SCHEMES: readonly HashScheme[] = [argon2id, scrypt];

/** What new hashes are made with where nothing else is said: argon2id, or scrypt where its library is absent. */
export function preferredHash(): HashName {
  return SCHEMES.find((scheme) => scheme.missing() === undefined)?.id ?? "scrypt";
}

/**
 * Hashes a password, as a PHC string.
 *
 * @throws LoginBusy when too many wait; HashError when the library is absent
 */
export function hashPassword(
  password: string,
  { hash = preferredHash(), queue = hashQueue() }: { hash?: HashName; queue?: HashQueue } = {},
): Promise<string> {
  const scheme = schemeOf(hash);
  return queue.run(() => scheme.hash(canonical(password)));
}

/**
 * Whether it is the password that a hash was made of.
 *
 * @throws LoginBusy when too many wait; HashError for a hash that {@link hashFault} finds fault with
 */
export function verifyPassword(password: string, hash: string, queue = hashQueue()): Promise<boolean> {
  const { scheme, phc } = known(hash);
  return queue.run(() => scheme.verify(canonical(password), phc));
}

/** What is wrong with a stored hash, in words that follow its place; undefined when it can be verified here. */
export function hashFault(hash: string): string | undefined {
  const phc = readPHC(hash);
  const scheme = SCHEMES.find(({ id }) => id === /^\$([a-z0-9-]+)\$/.exec(hash)?.[1]);
  if (!scheme) return "the hash is of a kind that is not known here; known are $argon2id$ and $scrypt$";
  if (!phc) return `the hash begins like one of ${scheme.id}, but is none`;
  return scheme.missing() ?? scheme.faultOf(phc);
}

/** What has to be installed before a hash of this name can be made. */
export const hashMissing = (hash: HashName): string | undefined =>
  SCHEMES.find(({ id }) => id === hash)?.missing();

/** Whether a hash was made with less than what is asked of one now. */
export function isOutdated(hash: string, wanted?: HashName): boolean {
  const { scheme, phc } = known(hash);
  if (wanted !== undefined && wanted !== scheme.id) return true;
  return scheme.costOf(phc.params) < scheme.costOf(scheme.policy);
}

/** A hash that no password fits, and that costs as much to verify as `like`. */
export function decoyOf(like: string | undefined): string {
  const scheme = schemeOf(preferredHash());
  const phc = like === undefined ? undefined : readPHC(like);
  const { randomBytes } = process.getBuiltinModule("node:crypto");
  return writePHC({
    id: phc?.id ?? scheme.id,
    version: phc ? phc.version : scheme.id === "argon2id" ? 19 : undefined,
    params: phc?.params ?? scheme.policy,
    salt: randomBytes(phc?.salt.length ?? SALT_LENGTH),
    hash: randomBytes(phc?.hash.length ?? HASH_LENGTH),
  });
}

function known(hash: string): { scheme: HashScheme; phc: PHC } {
  const fault = hashFault(hash);
  const phc = readPHC(hash);
  if (fault !== undefined || !phc) throw new HashError(fault ?? "it is no hash");
  return { scheme: schemeOf(phc.id), phc };
}

function schemeOf(id: string): HashScheme {
  const scheme = SCHEMES.find((one) => one.id === id);
  if (!scheme) throw new HashError(`there is no hash called ${JSON.stringify(id)}`);
  const missing = scheme.missing();
  if (missing !== undefined) throw new HashError(missing);
  return scheme;
}
