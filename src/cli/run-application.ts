import { statSync, type Stats } from "node:fs";
import { resolve } from "node:path";
import { shown } from "../base/text";
import { refuseExposed } from "../plugin/exposed";
import { importModule } from "../plugin/import-module";
import { run } from "../runner/run";
import { Application } from "../service/application";
import { NoApplicationError, NoApplicationFileError, NotAnApplicationFileError } from "./errors";
import type { Session } from "./session";
import { preparePlugins } from "./project-plugins";
import { runOptions } from "./run-options";

/** Runs the application that a module exports as `application`: Twisted's `twistd -y`. */
export async function runApplication(session: Session, file: string): Promise<void> {
  const { world } = session;
  const options = runOptions(session);
  await run(
    async ({ log, inherited, prepare }) => {
      await prepare();
      const application = await load(session, file);
      const atExit = (listener: () => void): (() => void) => world.onExit(listener);
      application.surround({ logger: log, inherited, atExit, ...options.timeouts });
      return application;
    },
    world,
    options,
  );
}

async function load(session: Session, file: string): Promise<Application> {
  const { world } = session;
  const path = resolve(world.folder, file);
  refuseUnlessFile(file, statsOf(path));
  refuseExposed(path, file);
  const exported = (await importModule(path, preparePlugins(session))) as Record<string, unknown>;
  const found = exported.application ?? exported.default;
  if (found instanceof Application) return found;
  const names = Object.keys(exported).filter((name) => name !== "__esModule");
  throw new NoApplicationError(file, found === undefined ? describe(names) : shown(found));
}

function refuseUnlessFile(file: string, stats: Stats | undefined): void {
  if (!stats) throw new NoApplicationFileError(file);
  if (stats.isFile()) return;
  throw new NotAnApplicationFileError(file, stats.isDirectory() ? "a folder" : "no ordinary file");
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

const describe = (names: readonly string[]): string =>
  names.length === 0 ? "no exports" : `only ${names.join(", ")}`;
