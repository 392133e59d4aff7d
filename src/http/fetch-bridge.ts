import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { carryOver } from "./attached";
import { NoResponseError } from "./errors";
import type { NodeHandler, ReportFault } from "./listener";

/** What a fetch handler may look at besides the request, as Hono's server for Node passes it. */
interface Bindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** A handler as `node:http` takes, of one that answers a `Request` with a `Response`. */
export function bridge(fetch: (request: Request, env: object) => unknown, report: ReportFault): NodeHandler {
  const failed = (error: unknown, { incoming }: Bindings): Response => {
    report(error, incoming);
    return new Response(null, { status: 500 });
  };
  /** A body that fails costs its connection: left to the library, the peer would read the error's message. */
  const watched = (response: Response, { incoming, outgoing }: Bindings): Response => {
    const { body } = response;
    if (!body) return response;
    const getReader = body.getReader.bind(body) as () => ReadableStreamDefaultReader;
    body.getReader = (() => {
      const reader = getReader();
      const read = reader.read.bind(reader);
      reader.read = () => {
        // The very promise that it would get: how soon that resolves decides between one piece and many.
        const chunk = read();
        chunk.catch((error: unknown) => {
          outgoing.destroy();
          report(error, incoming);
        });
        return chunk;
      };
      return reader;
    }) as typeof body.getReader;
    return response;
  };
  const checked = async (answer: unknown, bindings: Bindings): Promise<Response> => {
    try {
      const response = await answer;
      if (isResponse(response)) return watched(response, bindings);
      return failed(new NoResponseError(response), bindings);
    } catch (error) {
      return failed(error, bindings);
    }
  };
  return getRequestListener(
    (request, env) => {
      const bindings = env as Bindings;
      carryOver(bindings.incoming, request);
      try {
        const answer = fetch(request, bindings);
        return isResponse(answer) ? watched(answer, bindings) : checked(answer, bindings);
      } catch (error) {
        return failed(error, bindings);
      }
    },
    { overrideGlobalObjects: false },
  );
}

function isResponse(value: unknown): value is Response {
  return (
    value instanceof Response ||
    (typeof value === "object" && value !== null && "status" in value && "headers" in value)
  );
}
