import type { Http2ServerRequest, Http2ServerResponse, ServerOptions } from "node:http2";
import { guarding } from "./guard";

type Message = Http2ServerRequest | Http2ServerResponse;

const REQUEST = Symbol("request");

type Answering = Http2ServerResponse & { [REQUEST]?: Http2ServerRequest };

/** The classes of an HTTP/2 server's requests and responses, with their listeners guarded. */
export function guardedHttp2Messages(
  options: ServerOptions,
  failed: (error: unknown, message: Message) => void,
): ServerOptions {
  const http2 = process.getBuiltinModule("node:http2");
  const { Http2ServerRequest = http2.Http2ServerRequest, Http2ServerResponse = http2.Http2ServerResponse } =
    options;
  const guardRequest = guarding<Message>(Http2ServerRequest.prototype, failed);
  const guardResponse = guarding<Message>(Http2ServerResponse.prototype as Http2ServerResponse, failed);
  class Response<R extends Http2ServerRequest> extends Http2ServerResponse<R> {
    constructor(...made: ConstructorParameters<typeof Http2ServerResponse<R>>) {
      super(...made);
      guardResponse(this);
    }
  }
  Object.defineProperty(Response.prototype, "req", {
    get(this: Answering): unknown {
      return this[REQUEST];
    },
    /**
     * Node's constructor sets it. Express sets it once more, and then gives request and response other prototypes: those
     * of its own, on top of those of HTTP/1.1. What makes them HTTP/2 is theirs alone from there on.
     */
    set(this: Answering, request: Http2ServerRequest) {
      const isNodes = this[REQUEST] === undefined;
      this[REQUEST] = request;
      if (isNodes) return;
      own(request, Http2ServerRequest.prototype);
      own(this, Http2ServerResponse.prototype as object);
      Object.defineProperty(this, "req", { value: request, writable: true, configurable: true });
    },
  });
  return {
    Http2ServerRequest: class extends Http2ServerRequest {
      constructor(...made: ConstructorParameters<typeof Http2ServerRequest>) {
        super(...made);
        guardRequest(this);
      }
    },
    Http2ServerResponse: Response,
  };
}

/** Makes what an object inherits from `prototype` its own. */
function own(message: object, prototype: object): void {
  const inherited = Object.getOwnPropertyDescriptors(prototype) as Record<PropertyKey, PropertyDescriptor>;
  for (const name of Reflect.ownKeys(inherited))
    if (name !== "constructor" && !Object.hasOwn(message, name))
      Object.defineProperty(message, name, { ...inherited[name], configurable: true });
}
