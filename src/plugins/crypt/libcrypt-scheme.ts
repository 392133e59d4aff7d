import { optionalPeer, sameSecret } from "appd";
import type * as Koffi from "koffi";
import type { CryptScheme } from "./crypt-scheme";

/** `crypt_rn` of libxcrypt, called on Node's threads. */
type Crypt = (password: string, setting: string) => Promise<string | null>;

type CryptRn = Koffi.KoffiFunc<(...args: [string, string, Buffer, number]) => string | null>;

/** The same under the two names that it has had. */
const NAMES = ["libcrypt.so.1", "libcrypt.so.2"];
/** `sizeof(struct crypt_data)`. */
const SIZE = 32_768;

/** Null where the system has no such library. */
let found: Crypt | null | undefined;

/** yescrypt and its kin, which Debian's and Fedora's accounts have: computed by the system's own libcrypt. */
export const libcryptScheme: CryptScheme = {
  name: "yescrypt",
  begins: /^\$(?:y|gy|7)\$/,
  form: /^\$(?:g?y\$[./A-Za-z0-9]{3,40}\$[./A-Za-z0-9]{1,86}|7\$[./A-Za-z0-9]{11}[^$]{1,86})\$[./A-Za-z0-9]{43}$/,
  missing() {
    if (koffi() === undefined) return "npm install koffi";
    return system() ? undefined : "install libxcrypt (Debian: libcrypt1)";
  },
  async verify(password, hash) {
    const computed = await system()?.(password, hash);
    return typeof computed === "string" && sameSecret(computed, hash);
  },
};

const koffi = (): typeof Koffi | undefined =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, loaded when a hash needs it
  optionalPeer(() => require("koffi") as typeof Koffi, "koffi");

function system(): Crypt | null {
  if (found !== undefined) return found;
  for (const name of NAMES) found ??= bind(name);
  return (found ??= null);
}

function bind(name: string): Crypt | undefined {
  try {
    const library = koffi()?.load(name);
    // As void: the memory itself. Of a pointer with a type, koffi makes a copy of its own.
    const signature = "const char *crypt_rn(const char *phrase, const char *setting, void *data, int size)";
    const crypt = library?.func(signature) as CryptRn | undefined;
    return crypt && ((password, setting) => called(crypt, password, setting));
  } catch {
    return undefined;
  }
}

function called(crypt: CryptRn, password: string, setting: string): Promise<string | null> {
  const scratch = Buffer.alloc(SIZE);
  return new Promise((resolve, reject) => {
    crypt.async(password, setting, scratch, SIZE, (error: Error | null, hash: string | null) => {
      scratch.fill(0);
      if (error) reject(error);
      else resolve(hash);
    });
  });
}
