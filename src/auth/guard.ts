/**
 * Who may come in over HTTP: what a request shows is handed to the portal, and the avatar to whatever handles the
 * request. Each way to show something is a scheme, in a file of its own.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../log/describe-error";
import type { Portal } from "../cred/portal";
import {
  handlerFor,
  listenerOf,
  type KnownListener,
  type Listener,
  type NodeHandler,
} from "../http/listener";
import { GuardedListener, type GuardOptions } from "./guarded-listener";
import type { GuardScheme } from "./guard-scheme";

/**
 * Puts a guard around a listener of any kind: what it gives is a handler for HTTPServer, and for Node's own servers.
 * A request that shows nothing, or not enough, is answered with 401 and the challenges of the schemes in their
 * order; too many wrong ones get 429, and 503 comes when too many are being checked. Who shows nothing is anonymous
 * where the portal takes that. The realm is asked for an avatar of `interfaces`; {@link avatarOf} gives it to the
 * handler; logout comes with the end of the response. A server's `upgrade` handler is not behind it.
 *
 * ```ts
 * new HTTPServer(8080, guard(portal, app, [basic(), bearer()], { interfaces: [IVisitor] }));
 * ```
 *
 * @throws NoCheckerError when the portal can't judge what a scheme brings; ListenerError
 */
// eslint-disable-next-line max-params -- what every use names, in the order of the design
export function guard(
  portal: Portal,
  handler: Listener,
  schemes: readonly GuardScheme[],
  options: GuardOptions = {},
): NodeHandler {
  const listener = new GuardedListener(portal, { ...options, inner: listenerOf(handler), schemes });
  return handlerFor(listener, standAlone(listener, portal));
}

/** The handler for a server that knows nothing of listeners, and would be ended by what one throws. */
function standAlone(listener: KnownListener, { log }: Portal): NodeHandler {
  const report = (error: unknown, { method = "", url = "" }: IncomingMessage): void =>
    log.error({ err: error }, `${method} ${url.split("?", 1)[0] ?? ""} failed: ${messageOf(error)}`);
  let opened: Promise<NodeHandler> | undefined;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const handler = await (opened ??= listener.open(report));
      await handler(request, response);
    } catch (error) {
      report(error, request);
      fail(response);
    }
  };
  return (request, response) => void serve(request, response);
}

function fail(response: ServerResponse): void {
  if (response.writableEnded) return;
  if (response.headersSent) response.destroy();
  else response.writeHead(500).end();
}
