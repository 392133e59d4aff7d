import type { IncomingMessage } from "node:http";

/** What has come in: a Buffer, unless the socket's `binaryType` says otherwise. */
export type WebSocketData = Buffer | ArrayBuffer | Buffer[];

/**
 * A WebSocket: what the library `ws` gives, of whose own type `WebSocket` a handler may say that it takes it. Errors
 * of the connection are taken care of.
 */
export interface ServerWebSocket {
  readonly readyState: 0 | 1 | 2 | 3;
  /** The protocol that was agreed on. */
  readonly protocol: string;
  /** Bytes that were not sent yet. */
  readonly bufferedAmount: number;
  send(data: string | Buffer | ArrayBuffer | ArrayBufferView, sent?: (error?: Error) => void): void;
  close(code?: number, reason?: string | Buffer): void;
  /** Closes the connection without a word. */
  terminate(): void;
  ping(): void;
  pause(): void;
  resume(): void;
  on(event: "message", listener: (data: WebSocketData, isBinary: boolean) => void): this;
  on(event: "close", listener: (code: number, reason: Buffer) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "ping" | "pong", listener: (data: Buffer) => void): this;
  once(event: "message", listener: (data: WebSocketData, isBinary: boolean) => void): this;
  once(event: "close", listener: (code: number, reason: Buffer) => void): this;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whichever listener was added
  off(event: string, listener: (...args: any[]) => void): this;
}

/**
 * Takes a WebSocket. What it throws, or rejects with, closes that socket alone (1011), and so does what the listeners
 * throw or reject with that it adds.
 */
export type WebSocketHandler = Bivariant["handler"];

/** A method, so that a handler may say that it takes the type of `ws`. */
interface Bivariant {
  handler(socket: ServerWebSocket, request: IncomingMessage): unknown;
}

/** Handlers by path: `{ "/chat": (socket) => … }`. Other paths are answered with 404. */
export type WebSocketHandlers = Readonly<Record<string, WebSocketHandler>>;

/** Who may connect, and what is too much. */
export interface WebSocketOptions {
  /** Pages of which other sites may connect, as `https://example.com`; `*` for all. Pages of this host always may. */
  readonly origins?: readonly string[] | "*";
  /** Bytes that a message may have: 1 MiB by default. */
  readonly maxPayload?: number;
  /** Milliseconds between pings; who has not answered the last one is dropped. 30,000 by default, 0 for none. */
  readonly keepAlive?: number;
  /** Whether messages are compressed, or how, as `ws` takes it: not by default, because it costs much memory. */
  readonly perMessageDeflate?: boolean | object;
  /** Chooses one of the protocols that a client offers. */
  readonly handleProtocols?: (protocols: Set<string>, request: IncomingMessage) => string | false;
}
