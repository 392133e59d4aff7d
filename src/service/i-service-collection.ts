import { SharedInterface } from "../interface/interface";
import type { IService } from "./i-service";

/** Holds services, in order, and may know some of them by name. */
@SharedInterface(
  "appd:IServiceCollection",
  "services",
  "namedServices",
  "addService",
  "removeService",
  "getServiceNamed",
)
export abstract class IServiceCollection {
  /** In the order in which they were added. */
  abstract readonly services: readonly IService[];
  abstract readonly namedServices: ReadonlyMap<string, IService>;

  /** @throws ServiceTreeError when one of that name is there. */
  abstract addService(service: IService): void;
  /** @throws ServiceTreeError when it is not there. */
  abstract removeService(service: IService): void | Promise<void>;
  /** @throws ServiceTreeError when there is none. */
  abstract getServiceNamed(name: string): IService;
}
