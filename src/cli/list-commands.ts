import type { AppdError } from "../base/errors";
import type { Listing } from "../plugin/listing";
import { readListing } from "../plugin/read-listing";
import { clashesOf, commandsOf, type Command } from "./commands";
import type { Session } from "./session";

/** The commands of a project, and why some plugins are not among them. */
export interface CommandList {
  readonly commands: readonly Command[];
  readonly problems: readonly AppdError[];
}

/** The project's commands, from what is remembered of its plugins. */
export async function listCommands(session: Session): Promise<CommandList> {
  const { entries, problems } = await knownPlugins(session);
  const commands = commandsOf(entries);
  return { commands, problems: [...problems, ...clashesOf(commands)] };
}

/** What is remembered of the project's plugins; what is new or has changed is loaded first. */
async function knownPlugins(session: Session): Promise<Listing> {
  const { world, project } = session;
  const known = readListing({ project, environment: world.environment });
  return known ?? (await import("./project-plugins")).openCatalog(session);
}
