import type { IServiceMaker } from "../maker/i-service-maker";
import { renderHelp, type HelpStyle } from "../options/render-help";
import { loadPlugin, PluginCatalog } from "../plugin/catalog";
import type { Listing, PluginEntry } from "../plugin/listing";
import { readListing } from "../plugin/read-listing";
import { run } from "../runner/run";
import type { Beginning } from "../runner/run-options";
import type { World } from "../runner/world";
import { chooseCommand, commandsOf } from "./commands";
import { NoMakerError } from "./errors";
import { globalNames } from "./globals";
import { isColoured } from "./is-coloured";
import type { Session } from "./session";
import { OWN_COMMANDS } from "./own-commands";
import { isMaker, preparePlugins } from "./project-plugins";
import { runOptions, type Timeouts } from "./run-options";

/** Runs a maker until it is told to stop, or prints what its own `--help` or `--version` asks for. */
export async function runMaker(session: Session, command: string, argv: readonly string[]): Promise<void> {
  const { world } = session;
  const { timeouts, ...options } = runOptions(session);
  await run(
    async (beginning) => {
      const found = await findMaker(session, command);
      return assembleOrPrint(session, found, { command, argv, beginning, timeouts });
    },
    world,
    options,
  );
}

interface FoundMaker {
  readonly maker: IServiceMaker;
  /** Of the package that it comes from. */
  readonly version: string | undefined;
  readonly commands: readonly string[];
}

/** The one plugin that the command names: what is remembered of the others is enough. */
async function findMaker(session: Session, command: string): Promise<FoundMaker> {
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

interface Request {
  readonly command: string;
  readonly argv: readonly string[];
  readonly beginning: Beginning;
  readonly timeouts: Timeouts;
}

async function assembleOrPrint(
  { world }: Session,
  { maker, version, commands }: FoundMaker,
  request: Request,
) {
  const { command, argv, beginning, timeouts } = request;
  // Loaded now that the hooks are there: they answer with the one tsyringe that the project's classes got too.
  const { assemble } = await import("../maker/assemble");
  const assembled = await assemble(maker, {
    line: {
      command,
      argv,
      environment: world.environment,
      folder: world.folder,
      globals: globalNames(),
      commands,
    },
    logger: beginning.log,
    inherited: beginning.inherited,
    prepare: beginning.prepare,
    atExit: (listener) => world.onExit(listener),
    ...timeouts,
  });
  switch (assembled.kind) {
    case "application":
      hideSecrets(world, assembled.secrets);
      for (const warning of assembled.warnings) beginning.log.warn(warning);
      return assembled.application;
    case "version":
      world.stdout.write(`${version ?? "unknown"}\n`);
      return 0;
    case "text":
      world.stdout.write(assembled.text);
      return 0;
    case "help":
      world.stdout.write(renderHelp(assembled.help, helpStyle(world, maker)));
      return 0;
  }
}

/** What has been read already need not stand in lists of processes as long as the process lives. */
function hideSecrets(world: World, secrets: readonly string[]): void {
  if (secrets.length === 0) return;
  // The longest first: one may be the beginning of another.
  const all = secrets.toSorted((one, other) => other.length - one.length);
  const hidden = (word: string): string => all.reduce((text, secret) => text.replaceAll(secret, "***"), word);
  world.setTitle(["appd", ...world.argv.map(hidden)].join(" "));
}

function helpStyle(world: World, { description, details, examples }: IServiceMaker): HelpStyle {
  return {
    width: world.stdout.columns ?? 80,
    colour: isColoured(world),
    program: "appd",
    description,
    ...(details !== undefined && { details }),
    ...(examples !== undefined && { examples }),
  };
}
