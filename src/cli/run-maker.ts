import { assemble } from "../maker/assemble";
import { renderHelp } from "../options/render-help";
import type { IServiceMaker } from "../maker/i-service-maker";
import { run } from "../runner/run";
import type { Beginning } from "../runner/run-options";
import { chooseCommand, commandsOf } from "./commands";
import { globalNames } from "./globals";
import { isColoured } from "./is-coloured";
import type { Session } from "./main";
import { OWN_COMMANDS } from "./own-commands";
import { openCatalog } from "./project-plugins";
import { runOptions, type Timeouts } from "./run-options";

/** Runs a maker until it is told to stop, or prints what its own `--help` or `--version` asks for. */
export async function runMaker(session: Session, command: string, argv: readonly string[]): Promise<void> {
  const { world, line } = session;
  const options = runOptions(line);
  await run((beginning) => make(session, { command, argv, beginning, ...options }), world, options);
}

interface Request {
  readonly command: string;
  readonly argv: readonly string[];
  readonly beginning: Beginning;
  readonly timeouts: Timeouts;
}

async function make(session: Session, { command, argv, beginning, timeouts }: Request) {
  const { world } = session;
  const catalog = await openCatalog(session);
  const commands = commandsOf(catalog.entries);
  const entry = chooseCommand(command, {
    commands,
    problems: catalog.problems.length,
    builtIn: OWN_COMMANDS.map(({ name }) => name),
  });
  const maker = (await catalog.load(entry)) as IServiceMaker;
  const assembled = await assemble(maker, {
    line: { command, argv, environment: world.environment, globals: globalNames() },
    logger: beginning.log,
    ...timeouts,
  });
  switch (assembled.kind) {
    case "help":
      world.stdout.write(
        renderHelp(assembled.help, {
          width: world.stdout.columns ?? 80,
          colour: isColoured(world),
          program: "appd",
          description: maker.description,
        }),
      );
      return 0;
    case "version":
      world.stdout.write(`${entry.file.source.owner.version ?? "unknown"}\n`);
      return 0;
    case "application":
      for (const warning of assembled.warnings) beginning.log.warn(warning);
      return assembled.application;
  }
}
