import type { World } from "../runner/world";
import { helpStyle } from "./help-style";
import type { OptionsHelp } from "../options/options-help";
import { OWN_COMMANDS } from "./own-commands";
import { HELP, readControlLine, type ControlLine, type ControlUsage } from "./control-line";

/** A command that speaks to what runs: how it is typed, and what it does. */
export interface ControlAction {
  readonly usage: ControlUsage;
  act(world: World, line: ControlLine): Promise<void>;
}

/** Runs such a command, or prints its help. */
export async function controlCommand(
  world: World,
  action: ControlAction,
  argv: readonly string[],
): Promise<void> {
  const { usage } = action;
  const line = readControlLine(usage, argv);
  if (!line.switches.has("help")) return action.act(world, line);
  const { renderHelp } = await import("../options/render-help");
  const description = OWN_COMMANDS.find(({ name }) => name === usage.command)?.description ?? "";
  world.stdout.write(renderHelp(helpOf(usage), helpStyle(world, { ...usage, description })));
}

function helpOf({ command, name, options }: ControlUsage): OptionsHelp {
  const plain = { required: false, many: false, negatable: false };
  const all = { ...options, help: HELP };
  return {
    command: [command],
    arguments: [{ ...plain, name: "name", description: NAME, required: name === "required" }],
    options: Object.entries(all).map(([long, { description, short, placeholder }]) => ({
      ...plain,
      name: long,
      description,
      ...(short !== undefined && { short }),
      ...(placeholder !== undefined && { placeholder }),
    })),
    subcommands: [],
  };
}

const NAME = "What it was started as: the command, or what --name says.";
