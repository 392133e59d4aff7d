import { kebabCase } from "../base/text";
import type { Container } from "../container/container";
import { IService } from "../service/i-service";
import type { MultiService } from "../service/multi-service";
import { Service } from "../service/service";

/**
 * Puts the services that a container builds into a tree: started before those that asked for them, stopped
 * after them. One that has found a parent itself stays there.
 */
export class Adoption {
  readonly #graph: Container;
  readonly #built: IService[] = [];
  #tree: MultiService | undefined;

  constructor(graph: Container) {
    this.#graph = graph;
    graph.onBuilt((object) => {
      if (!(object instanceof IService)) return;
      if (this.#tree) adopt(this.#tree, object);
      else this.#built.push(object);
    });
  }

  /** Whether any service waits for a tree. */
  get waiting(): boolean {
    return this.#graph.holds || this.#built.length > 0;
  }

  /** What was built so far joins the tree, then `made`; whatever is built later joins when it is built. */
  into(tree: MultiService, made: IService): void {
    // Stopped last of all: nobody uses the rest of the graph any more then.
    if (this.#graph.holds) new Disposal(this.#graph).setServiceParent(tree);
    for (const service of this.#built) if (service !== made) adopt(tree, service);
    made.setServiceParent(tree);
    this.#tree = tree;
  }
}

/** An adopted service without a name is called after its class, so that its path and its log lines say who it is. */
function adopt(tree: MultiService, service: IService): void {
  if (service.parent) return;
  const name = kebabCase(service.constructor.name);
  if (service.name === undefined && name !== "" && !tree.namedServices.has(name)) service.setName(name);
  service.setServiceParent(tree);
}

/** Disposes of what is no service in the graph, when it is stopped. */
class Disposal extends Service {
  readonly #graph: Container;

  constructor(graph: Container) {
    super();
    this.#graph = graph;
  }

  override stopService(): Promise<void> {
    return this.#graph.dispose();
  }
}
