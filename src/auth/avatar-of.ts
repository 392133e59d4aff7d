import type { Session } from "../cred/session";
import { attachedTo } from "../http/attached";
import { interfaceId, interfaceName, type AbstractClass } from "../interface/record";
import { NotGuardedError } from "./errors";

/** The session of whoever makes a request. */
export function sessionOf(request: unknown): Session {
  const session = attachedTo(request) as Session | undefined;
  if (session) return session;
  throw new NotGuardedError("no guard has let this request in: put guard(portal, …) around what handles it");
}

/**
 * The avatar of whoever makes a request that a guard has let in: Node's or Express' request, Koa's context,
 * Fastify's request, Hono's `c.req`, or the `Request` of a fetch handler.
 *
 * ```ts
 * app.get("/", (request, response) => response.send(avatarOf(request, IVisitor).name));
 * ```
 *
 * @throws NotGuardedError for a request that no guard let in, or where the guard asks for other interfaces
 */
export function avatarOf<T>(request: unknown, asked: AbstractClass<T>): T {
  const session = sessionOf(request);
  if (interfaceId(session.interface) === interfaceId(asked)) return session.avatar as T;
  const [wanted, given] = [asked, session.interface].map(interfaceName);
  throw new NotGuardedError(
    `the avatar of this request is one for ${given ?? ""}, not for ${wanted ?? ""}: ` +
      `say guard(…, { interfaces: [${wanted ?? ""}] })`,
  );
}
