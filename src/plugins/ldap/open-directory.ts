import { InvalidAuthArgumentString, TrustedContent, type FactorySurroundings } from "appd";
import { SourceDownError, UselessSourceError } from "../_errors";
import { ldapts } from "./connection";
import { LDAPChecker } from "./ldap-checker";
import { filledDN, filledFilter, isDN } from "./patterns";
import type { Settings } from "./settings";

/** Causes that time does not mend: certificates that are not trusted, or not the host's. */
const LASTING = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/;

/**
 * A checker that asks a directory. One that is down does not keep the service from starting; one that can't be
 * trusted, or does not let in who searches, does.
 *
 * @throws InvalidAuthArgumentString, NoPasswordFileError, PasswordFilePermissionError, PasswordFileError,
 * UselessSourceError
 */
export async function openDirectory(
  settings: Settings,
  surroundings: FactorySurroundings,
): Promise<LDAPChecker> {
  const { ca, reader } = settings;
  refuseMalformed(settings);
  const checker = new LDAPChecker(settings, {
    ca: ca === undefined ? undefined : await opened(surroundings.resolve(ca), readAuthority, true),
    secret: reader && (await opened(surroundings.resolve(reader.secret), readSecret, false)),
  });
  try {
    await checker.probe();
  } catch (error) {
    if (!(error instanceof SourceDownError)) throw error;
    if (isLasting(error.cause)) throw new UselessSourceError(error.message, { cause: error.cause });
    surroundings.warn(`--auth ldap: ${error.message}; nobody can log in by it before it does`);
  }
  return checker;
}

/** What a directory would refuse at every login. A name without a "=" is one of another kind: `%u@example.org`. */
function refuseMalformed({ dn, search, reader }: Settings): void {
  const names = { dn: dn && filledDN(dn, "x"), base: search?.base, bind: reader?.dn };
  for (const [name, text] of Object.entries(names))
    if (text !== undefined && (name === "base" || text.includes("=")) && !isDN(text))
      throw new InvalidAuthArgumentString(
        `${name}= is no distinguished name, such as ou=people,dc=example,dc=org`,
      );
  if (!search) return;
  try {
    ldapts().FilterParser.parseString(filledFilter(search.filter, "x"));
  } catch (cause) {
    throw new InvalidAuthArgumentString("filter= is none, such as (uid=%u) or (&(uid=%u)(mail=*))", {
      cause,
    });
  }
}

async function opened(
  path: string,
  read: (text: string) => string,
  worldReadable: boolean,
): Promise<TrustedContent<string>> {
  const content = new TrustedContent(path, read, { worldReadable });
  await content.load();
  return content;
}

function readAuthority(text: string): string {
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UselessSourceError("there is no certificate in it (PEM)");
}

function readSecret(text: string): string {
  const secret = text.replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  throw new UselessSourceError("there is no password in it");
}

/** An answer of the directory's own, or what TLS says. */
function isLasting(cause: unknown): boolean {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return typeof code === "number" || (typeof code === "string" && LASTING.test(code));
}
