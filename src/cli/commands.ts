import { Faults, type AppdError } from "../base/errors";
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

/** What there is to choose from, and what was left out. */
export interface Choice {
  readonly commands: readonly Command[];
  readonly problems: readonly AppdError[];
  /** The names of appd's own commands. */
  readonly builtIn: readonly string[];
}

/** How many faults of plugins stand below an unknown command. */
const SHOWN = 5;

/** The commands among the plugins, by name. A project's maker hides a shipped one of the same name. */
export function commandsOf(entries: readonly PluginEntry[]): Command[] {
  const byName = new Map<string, PluginEntry[]>();
  for (const entry of entries) {
    const summary = summaryOf(entry);
    if (!summary) continue;
    const known = byName.get(summary.tapname);
    if (known) known.push(entry);
    else byName.set(summary.tapname, [entry]);
  }
  return [...byName]
    .map(([name, all]) => commandOf(name, notHidden(all)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The clashes among the commands: none of these can be run. */
export function clashesOf(commands: readonly Command[]): CommandClashError[] {
  return commands.filter(({ entries }) => entries.length > 1).map(clash);
}

/**
 * The one maker that `name` runs.
 *
 * @throws UnknownCommandError, with the faults of the plugins that were left out: it may be in one of them
 * @throws CommandClashError
 */
export function chooseCommand(name: string, { commands, problems, builtIn }: Choice): PluginEntry {
  const found = commands.find((command) => command.name === name);
  const [entry, ...others] = found?.entries ?? [];
  if (!found || !entry) {
    const names = [...commands.map((command) => command.name), ...builtIn];
    const more = problems.length > SHOWN ? `; appd plugins shows all ${problems.length} faults` : "";
    const unknown = new UnknownCommandError(name, names, more);
    throw problems.length === 0 ? unknown : new Faults([unknown, ...problems.slice(0, SHOWN)]);
  }
  if (others.length > 0) throw clash(found);
  return entry;
}

function clash({ name, entries }: Command): CommandClashError {
  return new CommandClashError(
    name,
    entries.map(({ file, exportName }) => `${exportName} in ${file.shown}`),
  );
}

function notHidden(entries: readonly PluginEntry[]): readonly PluginEntry[] {
  if (entries.length === 1) return entries;
  const own = entries.filter(({ file }) => file.source.kind !== "appd");
  return own.length > 0 ? own : entries;
}

function commandOf(name: string, entries: readonly PluginEntry[]): Command {
  const [first] = entries;
  return { name, entries, description: (first && summaryOf(first)?.description) ?? "" };
}

/** What the manifest remembers, if the plugin is a maker. */
export function summaryOf({ summary }: Pick<PluginEntry, "summary">): MakerSummary | undefined {
  return typeof summary === "object" && summary !== null && "tapname" in summary
    ? (summary as MakerSummary)
    : undefined;
}
