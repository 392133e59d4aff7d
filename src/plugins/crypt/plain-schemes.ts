import { sameSecret } from "appd";
import { CryptThreads } from "../_crypt-threads";
import type { CryptScheme } from "./crypt-scheme";
import { shaRounds } from "./sha-crypt";

/** A hash with more takes longer than anybody waits for. */
const MOST_ROUNDS = 5_000_000;

const threads = new CryptThreads();

const verify = async (password: string, hash: string): Promise<boolean> =>
  sameSecret(await threads.crypt(password, hash), hash);

/** What can be verified without any library. */
export const PLAIN_SCHEMES: readonly CryptScheme[] = [
  {
    name: "MD5 crypt",
    begins: /^\$(?:1|apr1)\$/,
    form: /^\$(?:1|apr1)\$[^$]{0,8}\$[./0-9A-Za-z]{22}$/,
    missing: () => undefined,
    verify,
  },
  {
    name: "SHA crypt",
    begins: /^\$[56]\$/,
    form: /^\$(?:5\$(?:rounds=\d{1,9}\$)?[^$]{0,16}\$[./0-9A-Za-z]{43}|6\$(?:rounds=\d{1,9}\$)?[^$]{0,16}\$[./0-9A-Za-z]{86})$/,
    missing: () => undefined,
    faultOf: (hash) =>
      shaRounds(hash) > MOST_ROUNDS ? `its hash takes more than ${MOST_ROUNDS} rounds` : undefined,
    verify,
  },
];
