import type { X509Certificate } from "node:crypto";

/** Which of the names in a certificate says who it is. */
export type NameKind = "cn" | "email" | "dns" | "uri";

const LABELS = { email: "email", dns: "DNS", uri: "URI" } as const;
/** As Node writes them: a name with a character that could mislead is in quotes, as JSON. */
const ALTERNATIVE = /([^:,]+):("(?:\\.|[^"\\])*"|[^,]*)(?:, |$)/gy;

/** The one name of this kind; undefined where there is none, or several. */
export function certifiedName(certificate: X509Certificate, kind: NameKind): string | undefined {
  const names = kind === "cn" ? commonNames(certificate) : alternatives(certificate, LABELS[kind]);
  const [name, ...more] = names;
  return name === undefined || name === "" || more.length > 0 ? undefined : name;
}

function commonNames(certificate: X509Certificate): string[] {
  // Typed as one text, but it is a list where there are several.
  const { CN: found } = certificate.toLegacyObject().subject as { readonly CN?: string | string[] };
  return found === undefined ? [] : [found].flat();
}

function alternatives({ subjectAltName = "" }: Partial<X509Certificate>, label: string): string[] {
  const names: string[] = [];
  let read = 0;
  for (const [all, kind, name = ""] of subjectAltName.matchAll(ALTERNATIVE)) {
    if (kind === label) names.push(name.startsWith('"') ? (JSON.parse(name) as string) : name);
    read += all.length;
  }
  return read === subjectAltName.length ? names : [];
}
