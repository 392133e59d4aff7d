/**
 * `appd deploy systemd`: reads a maker's command line as a run does, and writes down how systemd keeps it running.
 * What becomes of each option is pure, in the files beside this one; here they meet the project and the disk.
 */
import { join, resolve } from "node:path";
import { optionalPeer } from "../../base/optional-peer";
import { readOptions } from "../../options/read-options";
import { renderHelp } from "../../options/render-help";
import { printable } from "../../log/printable";
import { NoCommandError } from "../errors";
import { findMaker, type FoundMaker } from "../find-maker";
import { globalNames } from "../globals";
import { helpStyle } from "../help-style";
import { printOutcome } from "../print-outcome";
import type { Session } from "../session";
import { carryGlobals } from "./carried-globals";
import {
  DEPLOY_DESCRIPTION,
  DEPLOY_DETAILS,
  DEPLOY_EXAMPLES,
  deployShape,
  splitWords,
  type SystemdOptions,
} from "./deploy-options";
import type { UnitLine } from "./held-options";
import { nextSteps } from "./next-steps";
import { placesOf, unreadable, type Places } from "./places";
import { systemdUnits, type UnitsPlan } from "./systemd-units";
import { writeUnits } from "./write-units";

/** Writes units, or prints what its own `--help` asks for. */
export async function deployCommand(session: Session, argv: readonly string[]): Promise<void> {
  const { world } = session;
  const { own, makers } = splitWords(argv.length === 0 ? ["--help"] : argv);
  const outcome = await readOptions(deployShape(), { command: "deploy", argv: own, environment: {} });
  if (outcome.kind !== "values") {
    const texts = { description: DEPLOY_DESCRIPTION, details: DEPLOY_DETAILS, examples: DEPLOY_EXAMPLES };
    printOutcome(world, outcome, texts);
    return;
  }
  const { systemd } = outcome.options;
  if (!systemd) throw new NoCommandError();
  await deploy(session, systemd, makers);
}

async function deploy(session: Session, options: SystemdOptions, argv: readonly string[]): Promise<void> {
  const { world, project, line } = session;
  const { command, user } = options;
  const globals = carryGlobals(line, { tapname: command, folder: world.folder, user });
  const found = await findMaker(session, command);
  const places = placesOf(world, project, line.values.get("project"));
  const unitLine = await readLine(session, found, { options, argv, folder: places.folder });
  if (!unitLine) return;
  const plan: UnitsPlan = {
    tapname: command,
    description: found.maker.description,
    globals,
    line: unitLine,
    places,
    hasKoffi: hasKoffi(),
  };
  const units = systemdUnits(plan);
  const folder = resolve(world.folder, options.output);
  writeUnits(units, { folder, force: options.force });
  const files = units.map(({ name }) => join(options.output, name));
  for (const note of [...globals.notes, ...unitLine.notes, ...notesOf(session, plan)])
    world.stderr.write(`appd: deploy systemd: ${printable(note)}\n`);
  world.stdout.write(nextSteps({ files, name: globals.name, secretVariables: unitLine.secretVariables }));
}

interface Reading {
  readonly options: SystemdOptions;
  readonly argv: readonly string[];
  readonly folder: string;
}

/** The maker's line for a unit; nothing where its own help or version was asked for, and printed. */
async function readLine(
  { world }: Session,
  { maker, version, commands }: FoundMaker,
  { options, argv, folder }: Reading,
): Promise<UnitLine | undefined> {
  // Loaded now that the hooks are there: they answer with the one tsyringe that the project's classes got too.
  const { readMakerOptions } = await import("../../maker/read-maker-options");
  const { unitLine } = await import("./held-options");
  const { environment } = world;
  const { outcome, levels } = await readMakerOptions(maker, {
    command: options.command,
    argv,
    environment,
    folder,
    globals: globalNames(),
    commands,
  });
  switch (outcome.kind) {
    case "values": {
      const line = unitLine({ levels, secrets: outcome.secrets }, { folder, sockets: options.socket });
      return { ...line, notes: [...outcome.warnings, ...line.notes] };
    }
    case "help":
      world.stdout.write(renderHelp(outcome.help, helpStyle(world, maker)));
      return undefined;
    case "text":
      world.stdout.write(outcome.text);
      return undefined;
    case "version":
      world.stdout.write(`${version ?? "unknown"}\n`);
      return undefined;
  }
}

/** What about the places could surprise who deploys. */
function notesOf({ world }: Session, { places, globals, line }: UnitsPlan): string[] {
  const notes: string[] = [];
  const { folder } = places;
  if (world.folder !== folder && world.environment.PWD !== folder)
    notes.push(`relative paths of the service begin at ${folder}, not at ${world.folder}`);
  const closed = globals.account.user === undefined ? unreadableFor(places) : undefined;
  if (closed !== undefined) notes.push(`the service's user can't read ${closed}: chmod o+rX, or say --user`);
  if (line.bindsPrivileged) notes.push("the service may bind ports below 1024 (CAP_NET_BIND_SERVICE)");
  return notes;
}

const unreadableFor = ({ program, folder, opened }: Places): string | undefined =>
  unreadable([program[0], program.at(-1) ?? "", join(folder, "package.json")], opened);

/** Asked as the run will ask. */
function hasKoffi(): boolean {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- installed by whoever wants it
  return optionalPeer(() => require("koffi") as object, "koffi") !== undefined;
}
