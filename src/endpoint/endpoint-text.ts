import { EndpointTextError, type EndpointError } from "./errors";

/** One argument of an endpoint string: by its place, or by name. */
export interface EndpointArgument {
  readonly name: string | undefined;
  readonly value: string;
  /** Where it begins in the text, its name included. */
  readonly at: number;
  /** Where its value begins. */
  readonly valueAt: number;
  /** Where it ends. */
  readonly end: number;
}

/** An endpoint string taken apart: `kind:value:name=value`. */
export interface EndpointText {
  readonly kind: string;
  readonly args: readonly EndpointArgument[];
}

/** A piece of the text, its escapes as they are. */
interface Token {
  readonly at: number;
  readonly end: number;
}

const ESCAPE = "\\";

/**
 * Takes an endpoint string apart, in the grammar of Twisted's: `:` separates, the first `=` names an argument, a
 * backslash makes the next character an ordinary one. A token with `://` in it runs on to the next `:name=`.
 *
 * @throws EndpointError when it ends in a backslash that escapes nothing
 */
export function readEndpointText(text: string): EndpointText {
  const [kind, ...tokens] = split(text);
  return {
    kind: kind ? unescape(text.slice(kind.at, kind.end)) : "",
    args: joinUrls(text, tokens).map((token) => argument(text, token)),
  };
}

/** Escapes what an endpoint string would read as its own: write the kind, each name and each value with it. */
export function quoteStringArgument(value: string): string {
  // Two slashes behind a colon would make a URL of it and what stands before.
  return value.replace(/[\\:=]|^\/(?=\/)/g, `${ESCAPE}$&`);
}

/** Where in `text` the character stands that has `index` in the argument's value: escapes take two places. */
export function placeIn(text: string, { valueAt, end }: EndpointArgument, index: number): number {
  let at = valueAt;
  for (let left = index; left > 0 && at < end; left--) at += text[at] === ESCAPE ? 2 : 1;
  return Math.min(at, end);
}

/** The tokens between colons. */
function split(text: string): Token[] {
  const tokens: Token[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ESCAPE) {
      if (++at === text.length) throw loneBackslash(text);
    } else if (text[at] === ":") {
      tokens.push({ at: start, end: at });
      start = at + 1;
    }
  }
  tokens.push({ at: start, end: text.length });
  return tokens;
}

function loneBackslash(text: string): EndpointError {
  const problem = "a lone backslash at the end escapes nothing";
  return new EndpointTextError(text, { at: text.length - 1, problem, hint: " (write two for one)" });
}

/** Puts a token back together that a URL's own colons have split. */
function joinUrls(text: string, tokens: readonly Token[]): readonly Token[] {
  if (!text.includes("://")) return tokens;
  const joined: Token[] = [];
  let inUrl = false;
  for (const token of tokens) {
    const last = joined.at(-1);
    const continues: boolean = inUrl || (last !== undefined && text.startsWith("//", token.at));
    if (last === undefined || !continues || /^[A-Za-z]\w*=/.test(text.slice(token.at, token.end))) {
      joined.push(token);
      inUrl = false;
    } else {
      joined[joined.length - 1] = { at: last.at, end: token.end };
      inUrl = true;
    }
  }
  return joined;
}

function argument(text: string, { at, end }: Token): EndpointArgument {
  const token = text.slice(at, end);
  const equals = equalsIn(token);
  if (equals === -1) return { name: undefined, value: unescape(token), at, valueAt: at, end };
  const name = unescape(token.slice(0, equals));
  return { name, value: unescape(token.slice(equals + 1)), at, valueAt: at + equals + 1, end };
}

/** Where the first `=` is that is not escaped. */
function equalsIn(token: string): number {
  for (let at = 0; at < token.length; at++) {
    if (token[at] === ESCAPE) at++;
    else if (token[at] === "=") return at;
  }
  return -1;
}

const unescape = (token: string): string =>
  token.includes(ESCAPE) ? token.replace(/\\([^])/g, "$1") : token;
