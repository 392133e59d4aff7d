/**
 * What the text of an argument means: one {@link ArgumentType} for each sort of value, strict, without guessing.
 */

/** Turns the text of an argument into a value. */
export interface ArgumentType<V> {
  /** What stands for the value where a kind is shown: `port`. */
  readonly placeholder: string;
  /** What the text must be, behind the argument's name. */
  readonly must: string;
  /** The value; undefined where the text is none. `nested` reads text that is an endpoint itself. */
  read(text: string, nested: (text: string) => unknown): V | undefined;
  /** The words that there are, for a shell to offer. */
  readonly words?: readonly string[];
  /** Whether colons may stand in the value as they are, as those of addresses, where an endpoint follows. */
  readonly runsOn?: boolean;
}

export const TEXT: ArgumentType<string> = { placeholder: "text", must: "must be text", read: (text) => text };

export const PATH: ArgumentType<string> = { ...TEXT, placeholder: "path" };

export const HOST: ArgumentType<string> = { ...TEXT, placeholder: "host" };

/** An address of this machine, or a name that it has. */
export const ADDRESS: ArgumentType<string> = { ...TEXT, placeholder: "address" };

export const SWITCH: ArgumentType<boolean> = {
  placeholder: "0|1",
  must: "must be one of 0, 1, no, yes, false, true, off, on",
  words: ["0", "1"],
  read(text) {
    const said = text.toLowerCase();
    if (["1", "yes", "true", "on"].includes(said)) return true;
    return ["0", "no", "false", "off"].includes(said) ? false : undefined;
  },
};

/** The mode of a file, as `chmod` takes it. */
export const MODE: ArgumentType<number> = {
  placeholder: "mode",
  must: "must be three octal digits, such as 660",
  read: (text) => (/^0?[0-7]{3}$/.test(text) ? Number.parseInt(text, 8) : undefined),
};

/** Seconds in the text, milliseconds as a value. */
export const SECONDS: ArgumentType<number> = {
  placeholder: "seconds",
  must: "must be a number of seconds from 0.001 to 86400",
  read(text) {
    const milliseconds = Math.round(Number(text) * 1_000);
    if (!/^\d{1,5}(\.\d+)?$/.test(text) || milliseconds < 1) return undefined;
    return milliseconds <= 86_400_000 ? milliseconds : undefined;
  },
};

/** Addresses and networks, between commas, or `*` for all. */
export const NETWORKS: ArgumentType<readonly string[] | "*"> = {
  placeholder: "addresses",
  must: 'must be addresses and networks such as 10.0.0.0/8,::1, or "*" for all',
  runsOn: true,
  read(text) {
    if (text === "*") return "*";
    const networks = text.split(",");
    return networks.every(isNetwork) ? networks : undefined;
  },
};

/** Words between commas. */
export const LIST: ArgumentType<readonly string[]> = {
  placeholder: "list",
  must: "must be words between commas",
  read(text) {
    const words = text.split(",").map((word) => word.trim());
    return words.includes("") ? undefined : words;
  },
};

export const PORT = wholeNumber({ placeholder: "port", least: 0, most: 65_535 });

/** One to connect to. */
export const PEERS_PORT = wholeNumber({ placeholder: "port", least: 1, most: 65_535 });

export const COUNT = wholeNumber({ placeholder: "number", least: 0, most: 65_535 });

export function wholeNumber(range: {
  readonly placeholder: string;
  readonly least: number;
  readonly most: number;
}): ArgumentType<number> {
  const { placeholder, least, most } = range;
  return {
    placeholder,
    must: `must be a whole number from ${least} to ${most}`,
    read(text) {
      const value = Number(text);
      return /^\d{1,9}$/.test(text) && value >= least && value <= most ? value : undefined;
    },
  };
}

export function oneOf<const W extends string>(...words: readonly W[]): ArgumentType<W> {
  return {
    placeholder: words.join("|"),
    must: `must be one of ${words.join(", ")}`,
    words,
    read: (text) => words.find((word) => word.toLowerCase() === text.toLowerCase()),
  };
}

function isNetwork(text: string): boolean {
  const { isIP } = process.getBuiltinModule("node:net");
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || address.includes("%") || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
