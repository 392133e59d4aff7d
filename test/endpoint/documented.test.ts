/** What `docs/endpoints.md` says of the kinds is what their table says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLIENT_KINDS } from "../../src/endpoint/client-kinds";
import { clientFromString } from "../../src/endpoint/client-from-string";
import type { EndpointKind } from "../../src/endpoint/endpoint-kind";
import { readEndpointText } from "../../src/endpoint/endpoint-text";
import type { Kinds } from "../../src/endpoint/read-endpoint";
import { SERVER_KINDS } from "../../src/endpoint/server-kinds";
import { serverFromString } from "../../src/endpoint/server-from-string";

const text = readFileSync(join(__dirname, "../../docs/endpoints.md"), "utf8");
/** Tables are laid out by a formatter. */
const loose = (markdown: string): string =>
  markdown
    .replace(/-+/g, "-")
    .replace(/[ \t]+/g, " ")
    .trim();

const kindsOf = (kinds: Kinds<unknown>): EndpointKind[] =>
  [...kinds.known.values()].filter((kind): kind is EndpointKind => "parameters" in kind);

function sectionOf(kind: EndpointKind): string {
  const rows = Object.entries(kind.parameters).map(([name, { type, default: standing, help, required }]) => {
    const value = type.placeholder.split("|").join(" or ");
    const otherwise = required ? "required" : standing === undefined ? "" : `\`${standing}\``;
    return `| \`${name}\` | ${value} | ${otherwise} | ${help.replace(/</g, "\\<").replace(/\*/g, "\\*")} |`;
  });
  const table = ["| argument | value | default | meaning |", "| --- | --- | --- | --- |", ...rows];
  return [
    `### \`${kind.name}\``,
    kind.help,
    `\`\`\`text\n${kind.examples.join("\n")}\n\`\`\``,
    ...(rows.length === 0 ? [] : [table.join("\n")]),
  ].join("\n\n");
}

const part = (from: string, to: string): string => text.slice(text.indexOf(from), text.indexOf(to));
const PARTS = [
  ["## Servers", "## Clients", SERVER_KINDS, serverFromString],
  ["## Clients", "## In a program", CLIENT_KINDS, clientFromString],
] as const;

describe.each(PARTS)("docs/endpoints.md, %s", (from, to, kinds, read) => {
  const said = part(from, to);

  it.each(kindsOf(kinds).map((kind) => [kind.name, kind] as const))("tells of %s", (_, kind) => {
    expect(loose(said)).toContain(loose(sectionOf(kind)));
  });

  it("tells of no others, in the order of the table", () => {
    const told = [...said.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name);
    expect(told).toEqual(kindsOf(kinds).map(({ name }) => name));
  });

  it("has examples that are read as what they stand for", () => {
    for (const { name, examples } of kindsOf(kinds))
      for (const example of examples) {
        expect(readEndpointText(example).kind).toBe(name);
        expect(read(example).description).not.toBe(example);
      }
  });
});
