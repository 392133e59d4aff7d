import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a request comes from a page of this very host, or of one that is named, or from no page at all. Browsers let
 * any page open WebSockets to any host, with the cookies of its user: nobody but the server can refuse them.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, allowed: readonly string[] | "*" = []): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowed === "*") return true;
  if (allowed.some((one) => one.toLowerCase() === origin.toLowerCase())) return true;
  // A page can't write this header, a proxy that asks by another name does.
  const hosts = [host, ...String(headers["x-forwarded-host"] ?? "").split(",")];
  const asked = hostOf(origin);
  return (
    asked !== undefined && hosts.some((one) => one !== undefined && hostOf(`http://${one.trim()}`) === asked)
  );
}

/** Without the port that goes without saying. */
function hostOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host, hostname, port } = new URL(url);
  if (host === "") return undefined;
  return port === "443" || port === "80" ? hostname : host;
}
