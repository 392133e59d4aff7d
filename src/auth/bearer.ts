import { BearerToken } from "../cred/bearer-token";
import { IBearerToken } from "../cred/credentials";
import { DEFAULT_REALM } from "../cred/default-realm";
import { UnauthorizedLogin } from "../cred/errors";
import { quoted, type GuardScheme } from "./guard-scheme";

export interface BearerOptions {
  readonly realm?: string;
  /** What a token has to allow, as the challenge says it: names with blanks between them. */
  readonly scope?: string;
}

/** A token with each request, in the `Authorization` header and nowhere else (RFC 6750). Offer it over TLS. */
export function bearer({ realm = DEFAULT_REALM, scope }: BearerOptions = {}): GuardScheme {
  const challenge = `Bearer realm=${quoted(realm)}${scope === undefined ? "" : `, scope=${quoted(scope)}`}`;
  return {
    credentialInterfaces: [IBearerToken],
    read({ authorization }) {
      if (authorization?.scheme !== "bearer") return undefined;
      const { text } = authorization;
      if (!/^[\w.~+/-]+=*$/.test(text)) throw new UnauthorizedLogin("malformed Bearer token");
      return { credentials: new BearerToken(text), cacheKey: `bearer ${text}` };
    },
    // RFC 6750, 3.1: without a token no error is named.
    challenges: ({ refusal }) => [refusal === undefined ? challenge : `${challenge}, error="invalid_token"`],
  };
}
