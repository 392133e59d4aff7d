import type { PluginEntry } from "../plugin/listing";
import { CommandClashError, UnknownCommandError } from "./errors";

/** What the manifest remembers of a maker. */
export interface MakerSummary {
  readonly tapname: string;
  readonly description: string;
}

/** A maker as a command, known without loading it. */
export interface Command {
  readonly name: string;
  readonly description: string;
  /** Where it is declared; several where makers clash. */
  readonly entries: readonly PluginEntry[];
}

/** The commands among the plugins, by name. A project's maker hides a shipped one of the same name. */
export function commandsOf(entries: readonly PluginEntry[]): Command[] {
  const byName = new Map<string, PluginEntry[]>();
  for (const entry of entries) {
    const summary = summaryOf(entry);
    if (summary) byName.set(summary.tapname, [...(byName.get(summary.tapname) ?? []), entry]);
  }
  return [...byName]
    .map(([name, all]) => ({ name, entries: notHidden(all), description: descriptionOf(notHidden(all)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The clashes among the commands: none of these can be run. */
export function clashesOf(commands: readonly Command[]): CommandClashError[] {
  return commands.filter(({ entries }) => entries.length > 1).map(clash);
}

/**
 * The one maker that `name` runs.
 *
 * @throws UnknownCommandError, CommandClashError
 */
export function chooseCommand(
  name: string,
  {
    commands,
    problems,
    builtIn,
  }: { commands: readonly Command[]; problems: number; builtIn: readonly string[] },
): PluginEntry {
  const found = commands.find((command) => command.name === name);
  const [entry] = found?.entries ?? [];
  if (!found || !entry) {
    const names = [...commands.map((command) => command.name), ...builtIn];
    throw new UnknownCommandError(
      name,
      names,
      problems === 0 ? "" : `, appd plugins what was left out (${problems})`,
    );
  }
  if (found.entries.length > 1) throw clash(found);
  return entry;
}

function clash({ name, entries }: Command): CommandClashError {
  return new CommandClashError(
    name,
    entries.map(({ file, exportName }) => `${exportName} in ${file.shown}`),
  );
}

function notHidden(entries: readonly PluginEntry[]): PluginEntry[] {
  const own = entries.filter(({ file }) => file.source.kind !== "appd");
  return own.length > 0 ? own : [...entries];
}

function descriptionOf([first]: readonly PluginEntry[]): string {
  return (first && summaryOf(first)?.description) ?? "";
}

/** What the manifest remembers, if the plugin is a maker. */
export function summaryOf({ summary }: Pick<PluginEntry, "summary">): MakerSummary | undefined {
  return typeof summary === "object" && summary !== null && "tapname" in summary
    ? (summary as MakerSummary)
    : undefined;
}
