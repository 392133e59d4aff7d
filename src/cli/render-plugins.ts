import type { AppdError } from "../base/errors";
import { printable } from "../log/printable";
import type { Listing, ListedFile, PluginEntry } from "../plugin/listing";
import type { Source } from "../plugin/sources";
import { clashesOf, commandsOf, summaryOf } from "./commands";

/** What `appd plugins` shows. */
export interface PluginReport {
  readonly listing: Pick<Listing, "files" | "entries" | "problems">;
  /** Stacks of broken files, too. */
  readonly debug?: boolean;
}

/** Every file looked at, source by source: what it provides, or why it was left out. */
export function renderPlugins({ listing, debug = false }: PluginReport): string {
  const notes = notesOn(listing.entries);
  const sections = [...bySource(listing.files)].map(([source, files]) =>
    [
      `${source.said}: ${source.location}`,
      ...files.flatMap((file) => fileLines(file, { notes, debug })),
    ].join("\n"),
  );
  const troubles = sourceProblems(listing).map(({ message }) => `  ${printable(message)}`);
  if (troubles.length > 0) sections.push(["Problems:", ...troubles].join("\n"));
  if (sections.length === 0) sections.push("No plugin files: plugins/ is where a project has them.");
  return `${sections.join("\n\n")}\n`;
}

/** The same for programs. */
export function pluginsAsJson({ listing }: PluginReport): string {
  const notes = notesOn(listing.entries);
  const files = listing.files.map(({ path, source, leftOut, plugins, faults, others }) => ({
    path,
    source: { kind: source.kind, location: source.location, said: source.said, package: source.owner },
    leftOut,
    plugins: plugins.map(({ exportName, provides, summary }) => ({
      export: exportName,
      provides,
      summary,
      note: notes.get(keyOf(path, exportName)),
    })),
    faults: faults.map(({ exportName, reason, stack }) => ({ export: exportName, reason, stack })),
    others: others.map(({ exportName, reason }) => ({ export: exportName, reason })),
  }));
  const problems = sourceProblems(listing).map(({ code, message }) => ({ code, message }));
  return `${JSON.stringify({ files, problems }, undefined, 2)}\n`;
}

function fileLines(
  { path, shown, leftOut, plugins, faults, others }: ListedFile,
  { notes, debug }: { notes: ReadonlyMap<string, string>; debug: boolean },
): string[] {
  if (leftOut !== undefined) return [`  ${printable(shown)}`, `    left out: ${leftOut}`];
  const said = (exportName: string | undefined, text: string): string =>
    `    ${exportName === undefined ? "" : `${exportName}: `}${printable(text)}`;
  const lines = [
    ...plugins.map((plugin) =>
      said(plugin.exportName, pluginText(plugin, notes.get(keyOf(path, plugin.exportName)))),
    ),
    ...faults.flatMap(({ exportName, reason, stack }) => [
      said(exportName, `not usable: ${reason}`),
      ...(debug && stack !== undefined ? stack.split("\n").map((line) => `      ${printable(line)}`) : []),
    ]),
    ...others.map(({ exportName, reason }) => said(exportName, `no plugin: ${reason}`)),
  ];
  return [`  ${printable(shown)}`, ...(lines.length > 0 ? lines : ["    exports no plugin"])];
}

function pluginText({ provides, summary }: Pick<PluginEntry, "provides" | "summary">, note?: string): string {
  const maker = summaryOf({ summary });
  const what = maker ? ` "${maker.tapname}", ${maker.description}` : "";
  return `${provides.join(", ")}${what}${note === undefined ? "" : ` (${note})`}`;
}

/** Why a maker that was loaded can't be had by its name. */
function notesOn(entries: readonly PluginEntry[]): Map<string, string> {
  const notes = new Map<string, string>();
  const commands = commandsOf(entries);
  for (const entry of entries) {
    const command = commands.find(({ name }) => name === summaryOf(entry)?.tapname);
    const [first] = command?.entries ?? [];
    if (first && !command?.entries.includes(entry))
      notes.set(
        keyOf(entry.file.path, entry.exportName),
        `hidden by ${first.exportName} in ${first.file.shown}`,
      );
    else if (command && command.entries.length > 1)
      notes.set(keyOf(entry.file.path, entry.exportName), clashesOf([command])[0]?.message ?? "");
  }
  return notes;
}

/** Faults of files stand at the files. */
function sourceProblems({ files, problems }: Pick<Listing, "files" | "problems">): readonly AppdError[] {
  const count = files.reduce((sum, { faults }) => sum + faults.length, 0);
  return problems.slice(0, problems.length - count);
}

function bySource(files: readonly ListedFile[]): Map<Source, ListedFile[]> {
  const groups = new Map<Source, ListedFile[]>();
  for (const file of files) groups.set(file.source, [...(groups.get(file.source) ?? []), file]);
  return groups;
}

const keyOf = (path: string, exportName: string): string => `${path}\0${exportName}`;
