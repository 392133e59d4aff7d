import { describeTree, type ServiceDescription } from "../service/describe-tree";
import type { IService } from "../service/i-service";
import type { Runnable } from "./run-options";

/** The services of an application; undefined of one of somebody else's making that is no service. */
export function treeOf(application: Runnable | undefined): ServiceDescription | undefined {
  const service = application as Partial<IService> | undefined;
  return typeof service?.startService === "function" ? describeTree(service as IService) : undefined;
}
