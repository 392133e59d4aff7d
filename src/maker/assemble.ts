import type { Logger } from "../log/logger";
import type { CommandLine } from "../options/command-line";
import type { OptionsHelp } from "../options/options-help";
import { readOptions } from "../options/read-options";
import { Application } from "../service/application";
import type { IServiceMaker } from "./i-service-maker";

export interface AssembleOptions {
  readonly line: CommandLine;
  readonly logger?: Logger;
  readonly startTimeout?: number | undefined;
  readonly stopTimeout?: number | undefined;
}

/** What became of a command line: a service in an application that is not yet started, or what was asked instead. */
export type Assembled =
  | { readonly kind: "application"; readonly application: Application; readonly warnings: readonly string[] }
  | { readonly kind: "help"; readonly help: OptionsHelp }
  | { readonly kind: "version" };

/** Reads the options, builds the graph, makes the service. */
export async function assemble(
  maker: IServiceMaker,
  { line, ...surroundings }: AssembleOptions,
): Promise<Assembled> {
  const outcome = await readOptions(maker.options, line);
  if (outcome.kind !== "values") return outcome;
  const application = new Application(maker.tapname, surroundings);
  const service = await maker.makeService(outcome.options);
  await service.setServiceParent(application);
  return { kind: "application", application, warnings: outcome.warnings };
}
