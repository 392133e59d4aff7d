import { EndpointError } from "./errors";

/** One argument of an endpoint string: by its place, or by name. */
export interface EndpointArgument {
  readonly name: string | undefined;
  readonly value: string;
}

/** An endpoint string taken apart: `kind:value:name=value`. */
export interface EndpointText {
  readonly kind: string;
  readonly args: readonly EndpointArgument[];
}

const ESCAPE = "\\";

/**
 * Takes an endpoint string apart, in the grammar of Twisted's: `:` separates, the first `=` names an argument, a
 * backslash makes the next character an ordinary one. A token with `://` in it runs on to the next `:name=`.
 *
 * @throws EndpointError when it ends in a backslash that escapes nothing
 */
export function readEndpointText(text: string): EndpointText {
  const [kind = "", ...tokens] = split(text);
  return { kind: unescape(kind), args: joinUrls(tokens).map(argument) };
}

/** Escapes what an endpoint string would read as its own: write an argument with it. */
export function quoteEndpointArgument(value: string): string {
  return value.replace(/[\\:=]/g, `${ESCAPE}$&`);
}

/** The tokens between colons, their escapes as they are. */
function split(text: string): string[] {
  const tokens: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ESCAPE) {
      if (++at === text.length)
        throw new EndpointError(`endpoint "${text}" ends in a lone backslash: write two for one`);
    } else if (text[at] === ":") {
      tokens.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...tokens, text.slice(start)];
}

/** Puts a token back together that a URL's own colons have split. */
function joinUrls(tokens: readonly string[]): string[] {
  const joined: string[] = [];
  let inUrl = false;
  for (const token of tokens) {
    const last = joined.at(-1);
    const continues: boolean =
      inUrl || (last !== undefined && !last.endsWith(ESCAPE) && token.startsWith("//"));
    if (last === undefined || !continues || /^[A-Za-z]\w*=/.test(token)) {
      joined.push(token);
      inUrl = false;
    } else {
      joined[joined.length - 1] = `${last}:${token}`;
      inUrl = true;
    }
  }
  return joined;
}

function argument(token: string): EndpointArgument {
  const named = /^((?:\\[^]|[^\\=])*)=([^]*)$/.exec(token);
  if (!named) return { name: undefined, value: unescape(token) };
  return { name: unescape(named[1] ?? ""), value: unescape(named[2] ?? "") };
}

const unescape = (token: string): string => token.replace(/\\([^])/g, "$1");
