import type {
  Http2ServerRequest,
  Http2ServerResponse,
  Http2Server,
  ServerHttp2Session,
  ServerHttp2Stream,
  ServerOptions,
} from "node:http2";
import type { Socket } from "node:net";
import type { NodeHandler } from "../http/listener";
import { after, type Clock } from "../service/clock";
import type { Logger } from "../log/logger";
import { guarding } from "./guard";
import { guardedHttp2Messages } from "./guarded-http2-messages";
import { logFault } from "./request-fault";

export interface HTTP2Options extends ServerOptions {
  /** Milliseconds after which a connection without a request is closed: 60,000 by default. */
  readonly idleTimeout?: number;
}

/** Whoever serves, and how long what may take. */
export interface HTTP2Owner {
  readonly log: Logger;
  readonly clock: Clock;
  readonly options: HTTP2Options;
  /** Milliseconds until the first request of a connection has to have come in, and the whole of each; 0 for ever. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  handle(...call: Parameters<NodeHandler>): unknown;
}

/** How often it is looked for what is late, in milliseconds. */
const LOOK_EVERY = 5_000;
/** How long a peer has to close its side when all is said. */
const LINGER = 1_000;
/** The last stream that there can be: a GOAWAY with it says "no new ones", without refusing those under way. */
const LAST_STREAM = 2 ** 31 - 1;

/** With what a stream is answered. */
const RESPONSE = Symbol("response");

type Stream = ServerHttp2Stream & { [RESPONSE]?: Http2ServerResponse };

type Request = Parameters<NodeHandler>[0];
type Response = Parameters<NodeHandler>[1];

interface Open {
  readonly session: ServerHttp2Session;
  /** The streams that are open, with the moments at which they were opened. */
  readonly streams: Map<Stream, number>;
  /** Since when it has had no stream; undefined while it has one. */
  idleSince: number | undefined;
  isFresh: boolean;
}

/**
 * HTTP/2 for connections that have agreed on it: Node's own server, which never listens. What a handler of a request
 * throws costs its stream alone.
 */
export class HTTP2Sessions {
  readonly #owner: HTTP2Owner;
  readonly #server: Http2Server;
  readonly #open = new Map<Socket, Open>();
  #guardStream: ((stream: Stream) => void) | undefined;
  #arriving: Socket | undefined;
  #isClosing = false;
  #stopLooking: () => void;

  constructor(owner: HTTP2Owner) {
    this.#owner = owner;
    this.#server = this.#makeServer();
    this.#stopLooking = this.#lookLater();
  }

  /** Whether it is a connection of these. */
  has(socket: Socket): boolean {
    return this.#open.has(socket);
  }

  accept(socket: Socket): void {
    this.#arriving = socket;
    // Of HTTP/2, a peer that has hung up waits for nothing more.
    socket.allowHalfOpen = false;
    this.#server.emit("connection", socket);
    this.#arriving = undefined;
  }

  /** Says that no new requests should come; those that come all the same are served. */
  sayClose(): void {
    this.#isClosing = true;
    for (const { session } of this.#open.values()) if (!session.closed) session.goaway(0, LAST_STREAM);
  }

  /** Takes no more requests. Connections without one are closed, the others after their last. */
  close(): void {
    for (const [socket, { session }] of this.#open) this.#finish(session, socket);
  }

  /** Lets go of everything, when no connection is left. */
  release(): void {
    this.#stopLooking();
  }

  #makeServer(): Http2Server {
    const { options } = this.#owner;
    const server = process.getBuiltinModule("node:http2").createServer({
      ...options,
      settings: { maxConcurrentStreams: 100, ...options.settings },
      ...guardedHttp2Messages(options, (error, { stream }) => this.#fault(error, stream as Stream)),
    });
    server.on("session", (session) => this.#opened(session));
    server.on("sessionError", (error) =>
      this.#owner.log.debug({ err: error }, `an HTTP/2 connection failed: ${error.message}`),
    );
    server.on("request", (request, response) => this.#serve(request, response));
    return server;
  }

  #opened(session: ServerHttp2Session): void {
    const socket = this.#arriving;
    if (!socket) return;
    const open: Open = { session, streams: new Map(), idleSince: this.#owner.clock.now(), isFresh: true };
    this.#open.set(socket, open);
    socket.once("close", () => this.#open.delete(socket));
    const closed = this.#closing(open);
    session.on("stream", (stream: Stream) => {
      this.#streamOpened(open, stream);
      stream.on("close", closed);
    });
    if (this.#isClosing) session.goaway(0, LAST_STREAM);
  }

  #streamOpened(open: Open, stream: Stream): void {
    const { clock } = this.#owner;
    this.#guardStream ??= guarding(stream, (error, failed) => this.#fault(error, failed));
    this.#guardStream(stream);
    open.streams.set(stream, clock.now());
    open.idleSince = undefined;
    open.isFresh = false;
  }

  /** What listens to the end of all streams of a session: there are many of them. */
  #closing(open: Open): (this: Stream) => void {
    const { clock } = this.#owner;
    return function () {
      open.streams.delete(this);
      if (open.streams.size === 0) open.idleSince = clock.now();
    };
  }

  #serve(request: Http2ServerRequest, response: Http2ServerResponse): void {
    const stream: Stream = response.stream;
    stream[RESPONSE] = response;
    completeHead(request);
    try {
      // Node's own classes for HTTP/2 have what handlers know of those for HTTP/1.1.
      const handled = this.#owner.handle(request as unknown as Request, response as unknown as Response);
      if (isPromise(handled)) handled.then(undefined, (error: unknown) => this.#fault(error, stream));
    } catch (error) {
      this.#fault(error, stream);
    }
  }

  /** Ends a stream that went wrong, with an answer if none has begun. */
  #fault(error: unknown, stream: Stream): void {
    const { [RESPONSE]: response } = stream;
    if (response) logFault(this.#owner.log, error, { request: response.req, connection: stream });
    if (stream.destroyed || response?.writableEnded) return;
    if (!response || stream.headersSent) {
      stream.close(process.getBuiltinModule("node:http2").constants.NGHTTP2_INTERNAL_ERROR);
      return;
    }
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.writeHead(500).end();
  }

  /** Closes it after its last stream, and does not wait for ever for the peer to do the same. */
  #finish(session: ServerHttp2Session, socket: Socket): void {
    if (session.closed) return;
    session.close();
    socket.once("finish", () =>
      socket.once(
        "close",
        after(this.#owner.clock, LINGER, () => socket.destroy()),
      ),
    );
  }

  #lookLater(): () => void {
    return after(this.#owner.clock, LOOK_EVERY, () => {
      this.#look();
      this.#stopLooking = this.#lookLater();
    });
  }

  /** Closes what has been idle for too long, and streams whose request does not come to its end. */
  #look(): void {
    const { clock, options, headersTimeout, requestTimeout } = this.#owner;
    const { idleTimeout = 60_000 } = options;
    const now = clock.now();
    const { NGHTTP2_CANCEL } = process.getBuiltinModule("node:http2").constants;
    for (const [socket, { session, streams, isFresh, idleSince }] of this.#open) {
      const allowed = isFresh ? headersTimeout : idleTimeout;
      if (idleSince !== undefined && allowed > 0 && now - idleSince >= allowed) this.#finish(session, socket);
      for (const [stream, since] of streams)
        if (requestTimeout > 0 && now - since >= requestTimeout && !isRequestOver(stream))
          stream.close(NGHTTP2_CANCEL);
    }
  }
}

/** A request whose answer has begun may go on as long as it likes, as gRPC's do. */
const isRequestOver = (stream: ServerHttp2Stream): boolean =>
  stream.headersSent || stream.endAfterHeaders || stream.state.remoteClose === 1;

/** What handlers look for that know HTTP/1.1, as whoever passes a request on in that has to write it (RFC 9113, 8.3.1). */
function completeHead({ headers, stream }: Http2ServerRequest): void {
  const { ":authority": host } = headers;
  if (host !== undefined) headers.host = host;
  if (!stream.endAfterHeaders && headers["content-length"] === undefined)
    headers["transfer-encoding"] ??= "chunked";
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
