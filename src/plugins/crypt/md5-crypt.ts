import { hash } from "node:crypto";
import { encodeDigest, filled, type Group } from "./crypt-text";

const SETTING = /^(\$1\$|\$apr1\$)([^$]{0,8})/;
const ROUNDS = 1000;
const GROUPS: readonly Group[] = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];
const NUL = Buffer.alloc(1);
const NOTHING = new Uint8Array();

/**
 * crypt(3) with MD5: FreeBSD's `$1$`, and Apache's `$apr1$`, which differs in that mark alone. Too quick for
 * today: files that have it should get a better one.
 */
export function md5Crypt(password: string, setting: string): string {
  const [start, mark, text] = SETTING.exec(setting) ?? [];
  if (start === undefined || mark === undefined) throw new Error("no setting of MD5 crypt");
  const key = Buffer.from(password);
  const salt = Buffer.from(text ?? "");
  let digest = firstDigest({ key, salt, mark });
  for (let round = 0; round < ROUNDS; round++) {
    const isOdd = round % 2 === 1;
    digest = md5(
      isOdd ? key : digest,
      round % 3 === 0 ? NOTHING : salt,
      round % 7 === 0 ? NOTHING : key,
      isOdd ? digest : key,
    );
  }
  return `${start}$${encodeDigest(digest, GROUPS)}`;
}

function firstDigest({ key, salt, mark }: { key: Buffer; salt: Buffer; mark: string }): Buffer {
  const parts: Uint8Array[] = [key, Buffer.from(mark), salt, filled(md5(key, salt, key), key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? NUL : key.subarray(0, 1));
  return md5(...parts);
}

const md5 = (...parts: readonly Uint8Array[]): Buffer => hash("md5", Buffer.concat(parts), "buffer");
