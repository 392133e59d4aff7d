import type { IServiceMaker } from "../maker/i-service-maker";
import { loadPlugin, PluginCatalog } from "../plugin/catalog";
import type { Listing, PluginEntry } from "../plugin/listing";
import { readListing } from "../plugin/read-listing";
import { chooseCommand, commandsOf } from "./commands";
import { NoMakerError } from "./errors";
import { OWN_COMMANDS } from "./own-commands";
import { isMaker, preparePlugins } from "./project-plugins";
import type { Session } from "./session";

export interface FoundMaker {
  readonly maker: IServiceMaker;
  /** Of the package that it comes from. */
  readonly version: string | undefined;
  /** The names of all makers. */
  readonly commands: readonly string[];
}

/**
 * The one plugin that the command names: what is remembered of the others is enough.
 *
 * @throws UnknownCommandError, CommandClashError, NoMakerError
 */
export async function findMaker(session: Session, command: string): Promise<FoundMaker> {
  const options = preparePlugins(session);
  let listing = readListing(options) ?? (await PluginCatalog.open(options));
  // What was broken last time may work by now, and be what is meant.
  if (!has(listing, command) && listing.problems.length > 0)
    listing = await PluginCatalog.open({ ...options, retry: true });
  const entry = choose(listing, command);
  const maker = await loadPlugin(entry, options);
  if (!isMaker(maker)) throw new NoMakerError(entry.exportName, entry.file.shown);
  return {
    maker,
    version: entry.file.source.owner.version,
    commands: commandsOf(listing.entries).map(({ name }) => name),
  };
}

const has = ({ entries }: Listing, command: string): boolean =>
  commandsOf(entries).some(({ name }) => name === command);

function choose({ entries, problems }: Listing, command: string): PluginEntry {
  const builtIn = OWN_COMMANDS.map(({ name }) => name);
  return chooseCommand(command, { commands: commandsOf(entries), problems, builtIn });
}
