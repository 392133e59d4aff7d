import type { IService } from "../service/i-service";
import { MultiService } from "../service/multi-service";
import { Adoption } from "./adoption";
import { graphFor } from "./graph";
import type { IServiceMaker } from "./i-service-maker";
import { makeServiceIn } from "./make-service";

/** Makes a maker's service for someone who puts it into a tree himself, with whatever the graph built for it. */
export async function makeAlone(maker: IServiceMaker, options: object): Promise<IService> {
  const graph = graphFor(maker, {});
  const adoption = new Adoption(graph);
  const service = await makeServiceIn(graph, maker, options);
  if (!adoption.waiting) return service;
  const all = new MultiService();
  adoption.into(all, service);
  return all;
}
