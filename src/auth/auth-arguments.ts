import { didYouMean } from "../base/suggest";
import { quote } from "../base/text";
import { readEndpointText } from "../endpoint/endpoint-text";
import { InvalidAuthArgumentString } from "./errors";

/** What a type takes. */
export interface ArgumentsShape<P extends string, N extends string> {
  /** The arguments that have a place, in their order; each can be given by its name as well. */
  readonly places?: readonly P[];
  /** Of these, how many must be given: all unless said. */
  readonly required?: number;
  /** The arguments that have a name only. */
  readonly named?: readonly N[];
}

/** One argument. */
export interface AuthArgument {
  /** `hash` of `hash=argon2id`, if it begins like a name. */
  readonly name: string | undefined;
  readonly value: string;
  /** The whole of it, for who does not look for a name. */
  readonly text: string;
}

/**
 * What stands behind the type in `--auth file:users.passwd:hash=argon2id`, in the grammar of endpoint strings:
 * `:` separates, `name=value` names, a backslash makes the next character an ordinary one, and a token with `://`
 * in it runs on to the next `:name=` or to the end.
 */
export class AuthArguments {
  readonly all: readonly AuthArgument[];

  private constructor(
    /** As it was typed, without the type; empty when there is nothing. */
    readonly text: string,
    all: readonly AuthArgument[],
  ) {
    this.all = all;
  }

  /**
   * Takes `TYPE[:ARGUMENTS]` apart.
   *
   * @throws InvalidAuthArgumentString when it ends in a backslash that escapes nothing
   */
  static split(text: string): { readonly type: string; readonly args: AuthArguments } {
    const { kind: type, args } = read(text);
    const rest = /^(?:\\[^]|[^\\:])*:([^]*)$/.exec(text)?.[1] ?? "";
    // `memory:` says as little as `memory`.
    return { type, args: new AuthArguments(rest, rest === "" ? [] : args.map(argument)) };
  }

  /** The arguments alone, for tests and for who has no type. */
  static of(text: string): AuthArguments {
    return AuthArguments.split(`:${text}`).args;
  }

  /**
   * Every argument by its name.
   *
   * @throws InvalidAuthArgumentString for one that nobody knows, one too many, and one that is missing
   */
  read<const P extends string = never, const N extends string = never>(
    shape: ArgumentsShape<P, N>,
  ): Partial<Record<P | N, string>> {
    const { places = [], named = [], required = places.length } = shape;
    const values = new Map<string, string>();
    const free: string[] = [...places];
    for (const { name, value, text } of this.all) {
      const known = name !== undefined && [...places, ...named].some((one) => one === name);
      if (name !== undefined && !known) throw unknown(name, [...places, ...named]);
      const target = known ? name : free.find((one) => !values.has(one));
      if (target === undefined) throw new InvalidAuthArgumentString("there is an argument too many");
      if (values.has(target)) throw new InvalidAuthArgumentString(`${target} is given twice`);
      values.set(target, known ? value : text);
    }
    const missing = places.slice(0, required).find((place) => (values.get(place) ?? "") === "");
    if (missing !== undefined) throw new InvalidAuthArgumentString(`it requires a ${missing}`);
    return Object.fromEntries(values) as Partial<Record<P | N, string>>;
  }
}

/** The one fault that the grammar knows, without the text, which may hold a secret. */
function read(text: string): ReturnType<typeof readEndpointText> {
  try {
    return readEndpointText(text);
  } catch (error) {
    const problem = "it ends in a lone backslash: write two for one";
    throw new InvalidAuthArgumentString(problem, { cause: error });
  }
}

/** What stands before a `=` may be part of a path or a password. */
function argument({ name, value }: { name: string | undefined; value: string }): AuthArgument {
  if (name === undefined) return { name, value, text: value };
  return { name: /^[A-Za-z][\w-]*$/.test(name) ? name : undefined, value, text: `${name}=${value}` };
}

function unknown(name: string, known: readonly string[]): InvalidAuthArgumentString {
  const hint = didYouMean(name, known) || ' (if it is part of a value, write "\\=" for "=")';
  return new InvalidAuthArgumentString(`it takes no argument called ${quote(name)}${hint}`);
}
