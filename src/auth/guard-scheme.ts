import type { IncomingMessage } from "node:http";
import type { ICredentials } from "../cred/credentials";
import type { AbstractClass } from "../interface/record";

/** A request, as a scheme looks at it. */
export interface GuardedRequest {
  readonly request: IncomingMessage;
  /** What stands in the `Authorization` header; undefined where there is none, or none that can be read. */
  readonly authorization: Authorization | undefined;
  /** Where it comes from, if that is known. */
  readonly address: string | undefined;
}

/** `Basic YWxpY2U6…`: the scheme in small letters, and the text behind it. */
export interface Authorization {
  readonly scheme: string;
  readonly text: string;
}

/** What a request shows of who makes it. */
export interface Shown {
  readonly credentials: ICredentials;
  /** The same for requests that show the same; undefined where each request has to be judged by itself. */
  readonly cacheKey?: string | undefined;
}

/** What a scheme may say in its challenge. */
export interface Refused {
  readonly address: string | undefined;
  /** What became of that which the request showed of this scheme; undefined where it showed nothing of it. */
  readonly refusal: unknown;
}

/** One way to say over HTTP who one is. `basic()` and the others make them; write one of your own for another. */
export interface GuardScheme {
  /** The interfaces of the credentials that it makes: the portal has to be able to judge one of them. */
  readonly credentialInterfaces: readonly AbstractClass<ICredentials>[];
  /**
   * Credentials of nobody's, such as it makes: the checkers are asked at the start whether they could judge them.
   * For schemes that need more of a checker than to know the interface.
   */
  samples?(): readonly ICredentials[];
  /**
   * What the request shows of this scheme, undefined for nothing.
   *
   * @throws UnauthorizedLogin for what is malformed
   */
  read(request: GuardedRequest): Shown | undefined;
  /** What a response with 401 asks for: the value of a `WWW-Authenticate` header, or of several. */
  challenges(refused: Refused): readonly string[];
}

/** A value in quotes (RFC 9110, 5.6.4). @throws RangeError for what no header can hold */
export function quoted(text: string): string {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(text))
    throw new RangeError(`${JSON.stringify(text)} can't stand in a header: it has characters beyond Latin-1`);
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** Takes an `Authorization` header apart. */
export function readAuthorization(header: string | undefined): Authorization | undefined {
  const [, scheme, text = ""] = /^([!#$%&'*+.^_`|~\w-]+)(?: +(.*))?$/.exec(header?.trim() ?? "") ?? [];
  return scheme === undefined ? undefined : { scheme: scheme.toLowerCase(), text };
}
