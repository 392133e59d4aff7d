import { didYouMean } from "../base/suggest";
import { MakerDeclarationError } from "./errors";

const SOURCES = ["useClass", "useValue", "useFactory"];
const DETAILS = ["options", "realm", "providers", "details", "examples"];

/**
 * Refuses what no maker knows and lists that are none: plugins may be loaded without anyone checking their types.
 *
 * @throws MakerDeclarationError
 */
export function checkDetails(where: string, said: unknown, more: readonly string[] = []): void {
  if (typeof said !== "object" || said === null)
    throw new MakerDeclarationError(where, "its details are an object, such as { options: MyOptions }");
  const known = [...more, ...DETAILS];
  const stranger = Object.keys(said).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new MakerDeclarationError(
      where,
      `it knows no "${stranger}"${didYouMean(stranger, known)}, only ${known.join(", ")}`,
    );
  const { providers, examples, realm } = said as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(said))
    if (value === undefined && ["options", "realm"].includes(name))
      throw new MakerDeclarationError(where, `${name} is undefined; ${NOT_LOADED}`);
  for (const [name, list] of Object.entries({ providers, examples }))
    if (list !== undefined && !Array.isArray(list))
      throw new MakerDeclarationError(where, `${name} is a list: [ … ]`);
  if (realm !== undefined && typeof realm !== "function")
    throw new MakerDeclarationError(where, "realm is a class that implements IRealm, or () => TheClass");
  (providers as unknown[] | undefined)?.forEach((provider, index) => {
    const fault = faultOf(provider);
    if (fault !== undefined) throw new MakerDeclarationError(where, `providers[${index}] ${fault}`);
  });
}

const NOT_LOADED = "if two files import each other, say it with a thunk: () => TheClass";

/** What is wrong with an entry of `providers`. */
function faultOf(provider: unknown): string | undefined {
  if (typeof provider === "function") return undefined;
  if (provider === undefined) return `is undefined; ${NOT_LOADED}`;
  if (typeof provider !== "object" || provider === null || !("token" in provider))
    return "is neither a class nor { token, useClass | useValue | useFactory }";
  if (provider.token === undefined) return `has a token that is undefined; do two files import each other?`;
  const sources = SOURCES.filter((source) => source in provider);
  if (sources.length !== 1)
    return `says ${sources.join(" and ") || "not where it comes from"}: it takes one of ${SOURCES.join(", ")}`;
  const { useClass, useFactory } = provider as { useClass?: unknown; useFactory?: unknown };
  if ("useClass" in provider && typeof useClass !== "function")
    return `has a useClass that is no class; ${NOT_LOADED}`;
  if ("useFactory" in provider && typeof useFactory !== "function")
    return "has a useFactory that is no function";
  return undefined;
}
