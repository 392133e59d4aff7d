import type { IncomingMessage, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { guarding } from "./guard";

/** The classes of an HTTP server's requests and responses, with their listeners guarded. */
export function guardedMessages(
  options: ServerOptions,
  failed: (error: unknown, message: IncomingMessage | ServerResponse) => void,
): ServerOptions {
  const http = process.getBuiltinModule("node:http");
  const { IncomingMessage = http.IncomingMessage, ServerResponse = http.ServerResponse } = options;
  const guardRequest = guarding<IncomingMessage>(IncomingMessage.prototype, failed);
  const guardResponse = guarding(ServerResponse.prototype as ServerResponse, failed);
  return {
    IncomingMessage: class extends IncomingMessage {
      constructor(socket: Socket) {
        super(socket);
        guardRequest(this);
      }
    },
    ServerResponse: class<R extends IncomingMessage> extends ServerResponse<R> {
      constructor(request: R, made?: object) {
        // @ts-expect-error -- Node passes its buffer's options, of which its types do not know
        super(request, made);
        guardResponse(this);
      }
    },
  };
}
