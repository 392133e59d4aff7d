import type { IService } from "./i-service";

/** What to call a service in a message: its class and its path. */
export function labelOf(service: IService): string {
  const { name: type } = service.constructor;
  const path = (service as { readonly path?: string }).path ?? service.name;
  return path ? `${type} "${path}"` : type;
}
