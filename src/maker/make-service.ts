import { AppdError } from "../base/errors";
import type { Container } from "../container/container";
import { IService } from "../service/i-service";
import { MakeServiceError, NoServiceError } from "./errors";
import { bindOptions } from "./graph";
import type { IServiceMaker } from "./i-service-maker";
import { openPortalIn } from "./portal-in-graph";
import { recipeOf } from "./recipe";

/**
 * Builds what the maker's service needs, and makes it.
 *
 * @throws GraphError with the way to what can't be built
 * @throws MakeServiceError, NoServiceError
 */
export async function makeServiceIn(
  graph: Container,
  maker: IServiceMaker,
  options: object,
): Promise<IService> {
  bindOptions(graph, maker.options.type, options);
  await openPortalIn(graph, options);
  const made = await attempted(maker.tapname, () => recipeOf(maker).make(graph, options));
  if (made instanceof IService) return made;
  throw new NoServiceError(maker.tapname, made);
}

async function attempted(tapname: string, make: () => Promise<unknown>): Promise<unknown> {
  try {
    return await make();
  } catch (error) {
    throw error instanceof AppdError ? error : new MakeServiceError(tapname, error);
  }
}
