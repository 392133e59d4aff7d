import { injectWithTransform, type Transform } from "../container/injectable";
import { Portal } from "../cred/portal";
import type { AbstractClass } from "../interface/record";

/**
 * Asks for the Portal, limited to credentials of some interfaces: whoever shows others is not let in here, though
 * elsewhere in the same service he may be.
 *
 * ```ts
 * constructor(@PortalFor(IUsernamePassword) portal: Portal, @PortalFor(IAnonymous) guests: Portal) {}
 * ```
 */
export function PortalFor(...interfaces: AbstractClass[]): ParameterDecorator {
  return injectWithTransform(Portal, LimitedPortal, ...interfaces);
}

class LimitedPortal implements Transform<Portal, Portal> {
  transform(portal: Portal, ...interfaces: AbstractClass[]): Portal {
    return portal.only(...interfaces);
  }
}
