import type { IStreamServerEndpoint } from "../endpoint/i-stream-server-endpoint";
import { UNIXServerEndpoint, type UNIXServerSettings } from "../endpoint/unix-server-endpoint";
import { isPath } from "./is-endpoint";
import {
  StreamServerEndpointService,
  type ConnectionHandler,
  type StreamServerOptions,
} from "./stream-server-endpoint-service";

/** What every server of streams takes, and how its file is made where `where` is a path. */
export interface UNIXServerOptions extends StreamServerOptions, Omit<UNIXServerSettings, "address"> {}

/**
 * Listens on a UNIX socket, and calls its handler with each connection: see {@link StreamServerEndpointService}.
 *
 * ```ts
 * new UNIXServer("/run/echo.sock", (socket) => socket.pipe(socket), { mode: 0o660, group: "www-data" });
 * ```
 */
export class UNIXServer extends StreamServerEndpointService {
  /**
   * @param where a path, or an endpoint, or its string (`unix:…`, `systemd:…`), which say mode and owner themselves
   * @throws EndpointError
   */
  constructor(
    where: string | IStreamServerEndpoint,
    handler: ConnectionHandler,
    options: UNIXServerOptions = {},
  ) {
    super(
      typeof where === "string" && isPath(where)
        ? new UNIXServerEndpoint({ ...options, address: where })
        : where,
      handler,
      options,
    );
  }
}
