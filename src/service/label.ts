import type { IService } from "./i-service";
import { pathOf } from "./surroundings";

/** What to call a service in a message: its class and its path. */
export function labelOf(service: IService): string {
  const { name: type } = service.constructor;
  const path = pathOf(service);
  return path ? `${type} "${path}"` : type;
}
