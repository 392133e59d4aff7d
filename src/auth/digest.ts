import type { IncomingMessage } from "node:http";
import { IUsernameDigestHash, IUsernameHashedPassword, type DigestAlgorithm } from "../cred/credentials";
import { DEFAULT_REALM } from "../cred/default-realm";
import { DigestCredentialFactory } from "../cred/digest-credential-factory";
import { readDigestFields } from "../cred/digest-fields";
import { algorithmNamed, DigestedCredentials } from "../cred/digested-credentials";
import { DigestFailed } from "../cred/errors";
import type { Clock } from "../service/clock";
import { quoted, type GuardScheme } from "./guard-scheme";

export interface DigestOptions {
  /** What one logs in to. HA1 is stored for a realm: it has to be the same there. */
  readonly realm?: string;
  /** In the order in which they are offered; SHA-256 alone unless said. MD5 is for clients that can't do better. */
  readonly algorithms?: readonly DigestAlgorithm[];
  readonly clock?: Clock;
}

/**
 * A proof of the password with each request, not the password itself (RFC 7616, qop `auth`). A proof is good once, for
 * one method, one address and one path. It takes checkers that have the password in the clear, or HA1.
 *
 * @throws RangeError for an algorithm that is not known
 */
export function digest({
  realm = DEFAULT_REALM,
  algorithms = ["SHA-256"],
  clock,
}: DigestOptions = {}): GuardScheme {
  const names = algorithms.map(known);
  const offered = quoted(realm);
  let made: readonly DigestCredentialFactory[] | undefined;
  // Made when first used: they need cryptography.
  const factories = (): readonly DigestCredentialFactory[] =>
    (made ??= names.map((name) => new DigestCredentialFactory(name, realm, clock && { clock })));
  return {
    credentialInterfaces: [IUsernameDigestHash, IUsernameHashedPassword],
    samples: () => names.map((algorithm) => sampleOf(realm, algorithm)),
    read({ request, authorization, address }) {
      if (authorization?.scheme !== "digest") return undefined;
      const { text } = authorization;
      const algorithm = algorithmNamed(readDigestFields(text).algorithm ?? "MD5");
      const factory = factories().find((one) => one.algorithm === algorithm);
      if (!factory) throw new DigestFailed("Invalid response, its algorithm was not offered");
      const { method = "" } = request;
      return { credentials: factory.decode(text, { method, uri: uriOf(request), address }) };
    },
    challenges({ address, refusal }) {
      const stale = refusal instanceof DigestFailed && refusal.stale ? ", stale=true" : "";
      return factories().map((factory) => {
        const { nonce, opaque, qop, algorithm } = factory.getChallenge(address);
        const fields = `qop="${qop}", algorithm=${algorithm}, nonce="${nonce}", opaque="${opaque}", charset=UTF-8`;
        return `Digest realm=${offered}, ${fields}${stale}`;
      });
    },
  };
}

function known(name: string): DigestAlgorithm {
  const algorithm = algorithmNamed(name);
  if (algorithm) return algorithm;
  throw new RangeError(`there is no digest algorithm called ${JSON.stringify(name)}`);
}

/** An answer of nobody's, to ask checkers whether they could judge such a one. */
function sampleOf(realm: string, algorithm: DigestAlgorithm): DigestedCredentials {
  return new DigestedCredentials("nobody", { method: "GET", realm, fields: { algorithm } });
}

/** What the client asked for, also where a framework has taken the beginning of the path away. */
function uriOf(request: IncomingMessage & { readonly originalUrl?: unknown }): string {
  const { originalUrl, url = "" } = request;
  return typeof originalUrl === "string" ? originalUrl : url;
}
