/** A hash in PHC form: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, in Base64 without padding. */
export interface PHC {
  readonly id: string;
  readonly version: number | undefined;
  readonly params: Readonly<Record<string, number>>;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const FORM =
  /^\$([a-z0-9-]{1,32})(?:\$v=(\d{1,10}))?\$((?:[a-z0-9-]{1,32}=\d{1,10})(?:,[a-z0-9-]{1,32}=\d{1,10})*)\$([A-Za-z0-9+/]{1,172})\$([A-Za-z0-9+/]{1,172})$/;

/** Undefined for text that has not this form. */
export function readPHC(text: string): PHC | undefined {
  const [, id, version, params, salt, hash] = FORM.exec(text) ?? [];
  if (id === undefined || params === undefined || salt === undefined || hash === undefined) return undefined;
  return {
    id,
    version: version === undefined ? undefined : Number(version),
    params: Object.fromEntries(params.split(",").map(pair)),
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
}

function pair(text: string): [string, number] {
  const [name = "", value = ""] = text.split("=");
  return [name, Number(value)];
}

/** The text of a hash. */
export function writePHC({ id, version, params, salt, hash }: PHC): string {
  const said = Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
  const start = version === undefined ? `$${id}` : `$${id}$v=${version}`;
  return `${start}$${said}$${bare(salt)}$${bare(hash)}`;
}

const bare = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
