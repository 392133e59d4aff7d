import type { IncomingMessage, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { guarding } from "./guard";
import { isWebSocket } from "./web-sockets";

/**
 * The classes of an HTTP server's requests and responses, with their listeners guarded. With `webSocketsAlone` a request
 * to upgrade to something else is answered like any other.
 */
export function guardedMessages(
  options: ServerOptions,
  failed: (error: unknown, message: IncomingMessage | ServerResponse) => void,
  { webSocketsAlone = false } = {},
): ServerOptions {
  const http = process.getBuiltinModule("node:http");
  const { IncomingMessage: Given = http.IncomingMessage, ServerResponse = http.ServerResponse } = options;
  const IncomingMessage = webSocketsAlone ? upgradedToWebSocket(Given) : Given;
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

const UPGRADE = Symbol("upgrade");

/** What Node asks before it gives a connection away, and could not ask a listener about. */
function upgradedToWebSocket(Given: typeof IncomingMessage): typeof IncomingMessage {
  return class extends Given {
    [UPGRADE]: unknown;

    get upgrade(): boolean {
      return this[UPGRADE] === true && (this.method === "CONNECT" || isWebSocket(this));
    }

    set upgrade(asked: unknown) {
      this[UPGRADE] = asked;
    }
  };
}
