import type { CommandLine } from "../options/command-line";
import { readTakenApart, type TakenApart } from "../options/read-options";
import { Application } from "../service/application";
import { graphFor } from "./graph";
import type { IServiceMaker } from "./i-service-maker";
import { recipeOf } from "./recipe";

/**
 * Reads a maker's command line just as a run does, and makes no service of it.
 *
 * @throws as `readOptions`
 */
export async function readMakerOptions(maker: IServiceMaker, line: CommandLine): Promise<TakenApart<object>> {
  const graph = graphFor(maker, { application: new Application(maker.tapname) });
  try {
    return await readTakenApart(maker.options, line, () => recipeOf(maker).create(graph));
  } finally {
    await graph.dispose();
  }
}
