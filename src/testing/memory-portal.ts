import { InMemoryUsernamePasswordDatabase } from "../cred/in-memory-username-password-database";
import { Portal } from "../cred/portal";
import type { IRealm } from "../cred/realm";

/**
 * A portal for a test: open, with these names and passwords, and patient with wrong ones.
 *
 * ```ts
 * const portal = memoryPortal({ alice: "s3cret" }, new FakeRealm());
 * ```
 */
export function memoryPortal(users: Readonly<Record<string, string>>, realm: IRealm): Portal {
  return new Portal(realm, [new InMemoryUsernamePasswordDatabase(users)], { throttle: false });
}
