import { isIP } from "node:net";
import { InvalidAuthArgumentString } from "appd";

/** What can be said of a directory, by name. */
export type GivenSettings = Partial<
  Record<"url" | "dn" | "base" | "filter" | "bind" | "secret" | "id" | "ca" | "timeout" | "insecure", string>
>;

/** Where a directory is and how people are found in it. */
export interface Settings {
  readonly url: string;
  readonly host: string;
  /** Whether the connection is encrypted from its start, by StartTLS, or not at all. */
  readonly encryption: "tls" | "starttls" | "none";
  /** How a name becomes what is bound as; undefined where it is searched for. */
  readonly dn: string | undefined;
  readonly search: { readonly base: string; readonly filter: string } | undefined;
  /** As whom is searched, and the file with the password. */
  readonly reader: { readonly dn: string; readonly secret: string } | undefined;
  /** The attribute that has the name. */
  readonly id: string;
  /** Whether that attribute is another than the one that the typed name is compared with. */
  readonly isOtherName: boolean;
  readonly ca: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/** @throws InvalidAuthArgumentString */
export function readSettings(given: GivenSettings): Settings {
  const { dn, base, filter, timeout = "5", ca } = given;
  if (dn === undefined && (base === undefined || filter === undefined))
    throw refusal("it requires dn=, or base= and filter=");
  for (const [name, pattern] of Object.entries({ dn, filter }))
    if (pattern !== undefined && !pattern.includes("%u")) throw refusal(`${name}= has to have %u in it`);
  if ((base === undefined) !== (filter === undefined)) throw refusal("base= and filter= go together");
  if (filter !== undefined && !/^\(.*\)$/.test(filter)) throw refusal("filter= has to stand in parentheses");
  if (!/^\d{1,3}$/.test(timeout) || Number(timeout) === 0)
    throw refusal("timeout has to be a number of seconds");
  return {
    ...readURL(given),
    ...readId(given),
    dn,
    search: base === undefined || filter === undefined ? undefined : { base, filter },
    reader: readReader(given),
    ca,
    timeout: Number(timeout) * 1000,
  };
}

function readURL({ url: text = "", insecure }: GivenSettings): Pick<Settings, "url" | "host" | "encryption"> {
  // What can't stand in a URL would be left out: that is another than was meant.
  const url = /^[^\s\p{Cc}]*$/u.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^ldaps?:$/.test(url.protocol) || url.hostname === "")
    throw refusal(`${JSON.stringify(text)} is no URL of a directory: write ldaps://HOST or ldap://HOST`);
  if (!/^\/?$/.test(url.pathname) || url.search !== "" || url.hash !== "" || url.username !== "")
    throw refusal(`${JSON.stringify(text)} says more than a host and a port`);
  if (insecure !== undefined && insecure !== "plaintext")
    throw refusal(`insecure has to be plaintext, got ${JSON.stringify(insecure)}`);
  const plain = insecure === "plaintext" ? "none" : "starttls";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { url: `${url.protocol}//${url.host}`, host, encryption: url.protocol === "ldaps:" ? "tls" : plain };
}

/** The attribute that the name is compared with, or the one that was said. */
function readId({ dn = "", filter = "", id }: GivenSettings): Pick<Settings, "id" | "isOtherName"> {
  const compared = /\(([A-Za-z][\w-]*)=%u\)/.exec(filter)?.[1] ?? /^([A-Za-z][\w-]*)=%u(?:,|$)/.exec(dn)?.[1];
  const said = id ?? compared;
  if (said === undefined || !/^[A-Za-z][\w-]*$/.test(said))
    throw refusal("it requires id=, the attribute that has the name");
  return { id: said, isOtherName: said.toLowerCase() !== compared?.toLowerCase() };
}

function readReader({ bind, secret, filter, dn }: GivenSettings): Settings["reader"] {
  if (bind === undefined && secret === undefined) return undefined;
  if (bind === undefined || secret === undefined) throw refusal("bind= and secret= go together");
  if (filter === undefined || dn !== undefined)
    throw refusal("bind= is for a search by base= and filter= alone");
  return { dn: bind, secret };
}

/** What TLS checks the certificate for; a number is no name to ask for. */
export const tlsNames = (host: string): { host: string; servername?: string } =>
  isIP(host) === 0 ? { host, servername: host } : { host };

const refusal = (problem: string): InvalidAuthArgumentString => new InvalidAuthArgumentString(problem);
