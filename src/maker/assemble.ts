import type { Container } from "../container/container";
import type { Logger } from "../log/logger";
import type { CommandLine, Origin } from "../options/command-line";
import type { OptionsHelp } from "../options/options-help";
import { readOptions } from "../options/read-options";
import { Application, type ApplicationOptions } from "../service/application";
import { after, systemClock, type Clock } from "../service/clock";
import { Adoption } from "./adoption";
import { LateMakingError } from "./errors";
import { graphFor, type Override } from "./graph";
import type { IServiceMaker } from "./i-service-maker";
import { makeServiceIn } from "./make-service";
import { recipeOf } from "./recipe";

export interface AssembleOptions extends Pick<
  ApplicationOptions,
  "startTimeout" | "stopTimeout" | "clock" | "idleGrace" | "inherited" | "atExit"
> {
  readonly line: CommandLine;
  /** Where the services write to; nowhere by default. */
  readonly logger?: Logger | undefined;
  /** Called when the options stand, before the graph is built. */
  readonly prepare?: (() => Promise<void>) | undefined;
  /** What a test puts in the place of what the maker binds. */
  readonly overrides?: readonly Override[];
}

/** What became of a command line: a service in an application that is not yet started, or what was asked instead. */
export type Assembled =
  | {
      readonly kind: "application";
      readonly application: Application;
      readonly warnings: readonly string[];
      /** Texts of the command line that lists of processes should no longer show. */
      readonly secrets: readonly string[];
      readonly options: object;
      readonly origins: Readonly<Record<string, Origin>>;
      readonly graph: Container;
    }
  | { readonly kind: "help"; readonly help: OptionsHelp }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "version" };

/**
 * Reads the options, builds the graph, makes the service, and puts it into an application with all services
 * that the graph built. Nothing is started.
 *
 * @throws UsageError for the command line, GraphError for the graph, MakeServiceError and NoServiceError
 */
export async function assemble(maker: IServiceMaker, options: AssembleOptions): Promise<Assembled> {
  const { line, overrides = [], prepare, ...surroundings } = options;
  const application = new Application(maker.tapname, surroundings);
  const graph = graphFor(maker, { application, logger: options.logger, overrides });
  const adoption = new Adoption(graph);
  const outcome = await readOptions(maker.options, line, () => recipeOf(maker).create(graph));
  if (outcome.kind !== "values") return outcome;
  try {
    await prepare?.();
    const service = await inTime(makeServiceIn(graph, maker, outcome.options), maker.tapname, options);
    adoption.into(application, service);
  } catch (error) {
    await graph.dispose().catch((fault: unknown) => options.logger?.debug({ err: fault }, "while giving up"));
    throw error;
  }
  return { ...outcome, kind: "application", application, graph };
}

interface Patience {
  readonly startTimeout?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** The start's time counts for what comes before it as well. */
function inTime<T>(
  work: Promise<T>,
  tapname: string,
  { startTimeout = 60_000, clock = systemClock }: Patience,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(clock, startTimeout, () =>
      reject(new LateMakingError(tapname, startTimeout / 1000)),
    );
    work.finally(cancel).then(resolve, reject);
  });
}
