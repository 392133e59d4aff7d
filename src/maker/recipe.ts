import type { Container } from "../container/container";
import type { Provider } from "../container/provider";
import type { IServiceMaker } from "./i-service-maker";

/** Where a maker that appd declared keeps how its service is made in a container. */
export const RECIPE = Symbol("recipe");

/** How options and service come out of a container. */
export interface Recipe {
  readonly providers: readonly Provider[];
  /** The object that the command line is read into. */
  create(graph: Container): object | Promise<object>;
  /** Builds what the service needs, and makes it. */
  make(graph: Container, options: object): Promise<unknown>;
}

/** The recipe of a maker; one that a user wrote from nothing needs no more than its own methods. */
export function recipeOf(maker: IServiceMaker): Recipe {
  return (maker as { [RECIPE]?: Recipe })[RECIPE] ?? plain(maker);
}

const plain = (maker: IServiceMaker): Recipe => ({
  providers: [],
  create: () => maker.options.create(),
  make: async (_graph, options) => maker.makeService(options),
});
