/**
 * The `appd` command: the composition root. It reads what stands before the command, finds the project, and either
 * prints what was asked for or hands over to a run. Whatever only some runs need is imported when it is needed.
 */
import { resolve } from "node:path";
import { exitStatusOf } from "../base/exit-status";
import { ownPackage } from "../plugin/own-package";
import { findProject } from "../plugin/project";
import { takeLaunched } from "../runner/launched";
import { reportError } from "../runner/report-error";
import type { World } from "../runner/world";
import { ApplicationAndCommandError, NoCommandError } from "./errors";
import { readGlobals, type GlobalLine } from "./globals";
import { isColoured } from "./is-coloured";
import { listCommands } from "./list-commands";
import { speaksToRuns } from "./own-commands";
import { otherCopy } from "./own-copy";
import { renderGlobalHelp } from "./help";
import type { Session } from "./session";

/** From the words typed to the end of the process. */
export async function main(given: World): Promise<void> {
  let world = given;
  let debug = false;
  try {
    const line = readGlobals(world.argv, world.environment);
    debug = line.switches.has("debug");
    const control = controlWords(line);
    if (control) {
      await (await import("./control-commands")).runControlCommand(world, ...control);
      return;
    }
    const project = findProject(resolve(world.folder, line.values.get("project") ?? ""));
    const handOver = otherCopy(project.root);
    if (handOver) {
      handOver();
      return;
    }
    // What it was started as is for the copy that runs.
    const part = takeLaunched(given);
    const launched = part && (await import("../runner/launch/launched-world")).takePart(given, part);
    world = launched?.world ?? given;
    await obey({ world, project, line, launched });
  } catch (error) {
    reportError(error, world, { debug });
    world.exit(exitStatusOf(error));
  }
}

/** A command that speaks to what runs, with its words. What is wrong with the project at hand does not keep it. */
function controlWords({
  command,
  switches,
  values,
  rest,
}: GlobalLine): [string, readonly string[]] | undefined {
  const [asked = "", argv] = command === "help" ? [rest[0], ["--help"]] : [command, rest];
  if (!speaksToRuns(asked) || switches.has("version") || values.has("application")) return undefined;
  return [asked, switches.has("help") ? ["--help"] : argv];
}

async function obey(session: Session): Promise<void> {
  const { world, line } = session;
  // A plugin may have left a timer behind when it was looked at: it must not keep a list from ending.
  const done = (): void => world.exit(0);
  const { switches, values, command } = line;
  const file = values.get("application");
  if (switches.has("version")) {
    world.stdout.write(`${ownPackage().version}\n`);
    return;
  }
  if (file !== undefined) {
    if (command !== undefined) throw new ApplicationAndCommandError(file, command);
    return inItsPlace(session, async () => (await import("./run-application")).runApplication(session, file));
  }
  const asked = command === "help" ? line.rest[0] : command;
  if (asked !== undefined && (switches.has("help") || command === "help"))
    return (OWN.get(asked) ?? maker(asked))(session, ["--help"]);
  if (switches.has("help") || command === "help" || world.argv.length === 0) return help(session).then(done);
  if (command === "plugins") return (await import("./plugins-command")).pluginsCommand(session).then(done);
  if (command !== undefined) return (OWN.get(command) ?? maker(command))(session, line.rest);
  throw new NoCommandError();
}

type Command = (session: Session, argv: readonly string[]) => Promise<void>;

/** Those of appd's own commands that have words of their own. */
const OWN: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["passwd", async ({ world }, argv) => (await import("./passwd-command")).passwdCommand(world, argv)],
  [
    "deploy",
    async (session, argv) => {
      await (await import("./deploy/deploy-command")).deployCommand(session, argv);
      // As of a list: a plugin was looked at.
      session.world.exit(0);
    },
  ],
]);

const maker =
  (name: string): Command =>
  async (session, argv) =>
    inItsPlace(session, async () => (await import("./run-maker")).runMaker(session, name, argv));

/** Runs it in this process, or starts the one that does. */
async function inItsPlace(session: Session, run: () => Promise<void>): Promise<void> {
  const { launched, line } = session;
  if (!line.switches.has("daemon") || line.switches.has("help") || line.command === "help") return run();
  if (launched?.role === "master") await (await import("./supervise")).supervise(session, launched);
  else if (launched) await run();
  else (await import("./launch")).launch(session);
}

async function help(session: Session): Promise<void> {
  const { world, line } = session;
  const { commands, problems } = await listCommands(session);
  world.stdout.write(
    renderGlobalHelp({ commands, width: world.stdout.columns ?? 80, colour: isColoured(world) }),
  );
  for (const problem of problems) reportError(problem, world, { debug: line.switches.has("debug") });
}
