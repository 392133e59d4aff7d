import type { AppdError } from "../base/errors";
import { clashesOf, commandsOf, type Command } from "./commands";
import type { Session } from "./main";

/** The commands of a project, and why some plugins are not among them. */
export interface CommandList {
  readonly commands: readonly Command[];
  readonly problems: readonly AppdError[];
}

/** Reads what is remembered of the project's plugins; loads only what is new or has changed. */
export async function listCommands(session: Session): Promise<CommandList> {
  const { openCatalog } = await import("./project-plugins");
  const { entries, problems } = await openCatalog(session);
  const commands = commandsOf(entries);
  return { commands, problems: [...problems, ...clashesOf(commands)] };
}
