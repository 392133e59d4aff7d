import type { Portal } from "../cred/portal";
import type { IRealm } from "../cred/realm";

import type { IAuthOptions } from "./auth-options";

/** Opens a portal with the checkers that options hold, each for what the service takes of what it judges. */
export function openPortal(
  portal: Portal,
  realm: IRealm,
  { credInterfaces, credCheckers }: IAuthOptions,
): void {
  const judged = [...credInterfaces];
  for (const checker of credCheckers) {
    const interfaces = judged.filter(([, checkers]) => checkers.includes(checker)).map(([one]) => one);
    portal.registerChecker(checker, ...interfaces);
  }
  portal.open(realm);
}
