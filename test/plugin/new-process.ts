import { CompiledSource } from "./compiled-source";
import type { ProjectFolder } from "./project-folder";

/** What a process saw of a project's plugins. */
export interface Sight {
  /** The exports that were remembered; undefined if what is remembered was not certainly up to date. */
  readonly remembered?: readonly string[];
  /** The exports that are plugins. */
  readonly names: readonly string[];
  readonly summaries: readonly unknown[];
  readonly problems: readonly string[];
  /** The stacks that were remembered. */
  readonly stacks: readonly string[];
  /** The names that plugin files gave to `loaded` when they were run. */
  readonly loaded: readonly string[];
}

export interface SightOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly retry?: boolean;
  /** How much later than now it looks: times of files are compared with the clock. */
  readonly later?: number;
}

const LOOK = `
  globalThis.loaded = [];
  const { version, retry, later } = JSON.parse(process.env.OPTIONS);
  const now = Date.now;
  Date.now = () => now() + later;
  const where = { project, environment: process.env, version };
  const remembered = load("plugin/read-listing").readListing(where);
  const summarize = (plugin) => ({ called: plugin.name });
  const open = load("plugin/catalog").PluginCatalog.open({ ...where, retry, summarize });
  const nameOf = ({ exportName }) => exportName;
  void open.then(({ entries, problems }) => console.log(JSON.stringify({
    remembered: remembered?.entries.map(nameOf),
    names: entries.map(nameOf),
    summaries: (remembered ?? { entries }).entries.map(({ summary }) => summary),
    problems: (remembered ?? { problems }).problems.map(({ message }) => message),
    stacks: remembered?.problems.map(({ stack }) => stack) ?? [],
    loaded,
  })));
`;

/** Looks at a project's plugins from processes of their own: each knows only what is on the disk. */
export class Processes implements Disposable {
  readonly #source = new CompiledSource();

  async look(folder: ProjectFolder, options: SightOptions = {}): Promise<Sight> {
    const { environment = {}, later = 60_000, ...others } = options;
    const { stdout, stderr } = await this.#source.run(folder.root, LOOK, {
      environment: { OPTIONS: JSON.stringify({ later, ...others }), ...environment },
    });
    if (stderr !== "") throw new Error(stderr);
    return JSON.parse(stdout) as Sight;
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}

/** A plugin file that says when it is run. */
export const plugin = (name: string, more = ""): string => `
  globalThis.loaded.push("${name}");
  ${more}
  const { directlyProvides, IPlugin } = require("appd");
  exports.${name} = { name: "${name}" };
  directlyProvides(exports.${name}, IPlugin);
`;
