import { inspect } from "node:util";
import { SoftwareError } from "../base/errors";

const WOULD_WORK =
  "a function (request, response) as node:http takes, a fetch handler (request) => Response, an object with fetch " +
  "(Hono), or an Express, Koa or Fastify app";

/** What was given to serve requests is no listener that is known. */
export class ListenerError extends SoftwareError {
  constructor(found: string) {
    super("APPD_LISTENER", `${found}; what would work: ${WOULD_WORK}`);
  }
}

/** A fetch handler gave something that is no response. */
export class NoResponseError extends SoftwareError {
  constructor(given: unknown) {
    super(
      "APPD_NO_RESPONSE",
      `the fetch handler returned ${inspect(given, { depth: 0, breakLength: Infinity })} instead of a Response; ` +
        "if it is a handler as node:http takes, say nodeHandler(handler)",
    );
  }
}

/** A Fastify app can't be served again after it was closed. */
export class ClosedListenerError extends SoftwareError {
  constructor() {
    super(
      "APPD_LISTENER_CLOSED",
      "a Fastify app that was closed serves no more; make a new one for each start",
    );
  }
}
