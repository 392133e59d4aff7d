import { hash } from "node:crypto";
import { encodeDigest, filled, type Group } from "./crypt-text";

/** What differs between `$5$` and `$6$`. */
interface Kind {
  readonly algorithm: "sha256" | "sha512";
  readonly groups: readonly Group[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  "5": { algorithm: "sha256", groups: [...triples([0, 10, 20], [2, 0, 1], 10), [31, 30]] },
  "6": { algorithm: "sha512", groups: [...triples([0, 21, 42], [1, 2, 0], 21), [63]] },
};
const SETTING = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$]{0,16})/;

/** Rounds where a hash doesn't say how many. */
const ROUNDS = 5000;

/**
 * crypt(3) with SHA-256 or SHA-512, as U. Drepper's "Unix crypt using SHA-256 and SHA-512" has it. `setting` is a
 * whole hash, or as much of it as stands before the last dollar.
 */
export function shaCrypt(password: string, setting: string): string {
  const [start = "", id = "", rounds, salt = ""] = SETTING.exec(setting) ?? [];
  const kind = KINDS[id];
  if (!kind) throw new Error("no setting of SHA crypt");
  const key = Buffer.from(password);
  const digest = stretched(kind, { key, salt: Buffer.from(salt), rounds: roundsOf(rounds) });
  return `${start}$${encodeDigest(digest, kind.groups)}`;
}

/** How many rounds a hash takes. */
export function shaRounds(setting: string): number {
  return roundsOf(SETTING.exec(setting)?.[2]);
}

const roundsOf = (text: string | undefined): number =>
  text === undefined ? ROUNDS : Math.min(Math.max(Number(text), 1000), 999_999_999);

interface Ingredients {
  readonly key: Buffer;
  readonly salt: Buffer;
  readonly rounds: number;
}

function stretched({ algorithm }: Kind, { key, salt, rounds }: Ingredients): Buffer {
  const sum = (...parts: readonly Uint8Array[]): Buffer => hash(algorithm, Buffer.concat(parts), "buffer");
  let digest = firstDigest(sum, key, salt);
  const keys = filled(sum(filled(key, key.length ** 2)), key.length);
  const salts = filled(sum(filled(salt, salt.length * (16 + (digest[0] ?? 0)))), salt.length);
  for (let round = 0; round < rounds; round++) {
    const isOdd = round % 2 === 1;
    digest = sum(
      isOdd ? keys : digest,
      round % 3 === 0 ? NOTHING : salts,
      round % 7 === 0 ? NOTHING : keys,
      isOdd ? digest : keys,
    );
  }
  return digest;
}

function firstDigest(sum: (...parts: readonly Uint8Array[]) => Buffer, key: Buffer, salt: Buffer): Buffer {
  const other = sum(key, salt, key);
  const parts: Uint8Array[] = [key, salt, filled(other, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? other : key);
  return sum(...parts);
}

const NOTHING = new Uint8Array();

/** Each triple of bytes is the one before, turned and one further. */
function triples(first: Group, turn: Group, count: number): Group[] {
  const found: Group[] = [first];
  while (found.length < count) {
    const last: Group = found.at(-1) ?? first;
    found.push(turn.map((from) => (last[from] ?? 0) + 1));
  }
  return found;
}
