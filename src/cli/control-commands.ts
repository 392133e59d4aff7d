/** The commands that speak to what runs. None of them needs a project, so that none minds one that is broken. */
import type { World } from "../runner/world";
import type { ControlAction } from "./control-command";
import { controlCommand } from "./control-command";

const ACTIONS: Readonly<Record<string, () => Promise<ControlAction>>> = {
  status: async () => (await import("./status-command")).statusCommand,
  stop: async () => (await import("./stop-command")).stopCommand,
  restart: async () => (await import("./restart-command")).restartCommand,
  reload: async () => (await import("./reopen-command")).reloadCommand,
  reopen: async () => (await import("./reopen-command")).reopenCommand,
  logs: async () => (await import("./logs-command")).logsCommand,
  graph: async () => (await import("./graph-command")).graphCommand,
};

/** Does what such a command asks for. */
export async function runControlCommand(
  world: World,
  command: string,
  argv: readonly string[],
): Promise<void> {
  const action = await ACTIONS[command]?.();
  if (action) await controlCommand(world, action, argv);
}
