import { renderHelp } from "../options/render-help";
import { run } from "../runner/run";
import type { Beginning } from "../runner/run-options";
import type { World } from "../runner/world";
import { findMaker, type FoundMaker } from "./find-maker";
import { globalNames } from "./globals";
import { helpStyle } from "./help-style";
import type { Session } from "./session";
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
  // Node puts the command line into it.
  world.reportDeath(undefined);
}
