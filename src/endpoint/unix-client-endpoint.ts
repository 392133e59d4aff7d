import type { Socket } from "node:net";
import { Implements } from "../interface/implements";
import { systemClock, type Clock } from "../service/clock";
import { connectSocket, refuseTimeout } from "./connect-socket";
import { EndpointError } from "./errors";
import { IStreamClientEndpoint } from "./i-stream-client-endpoint";

/** Where to connect to, and how long that may take. */
export interface UNIXClientEndpointSettings {
  readonly path: string;
  /** Milliseconds: 30,000 by default. */
  readonly timeout?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** The path of a UNIX socket. */
@Implements(IStreamClientEndpoint)
export class UNIXClientEndpoint implements IStreamClientEndpoint {
  readonly path: string;
  readonly description: string;
  readonly #settings: UNIXClientEndpointSettings;

  /** @throws EndpointError */
  constructor(settings: UNIXClientEndpointSettings) {
    if (settings.path === "") throw new EndpointError("the path of the socket to connect to is missing");
    this.path = settings.path;
    this.description = `the socket ${settings.path}`;
    refuseTimeout(settings.timeout);
    this.#settings = settings;
  }

  connect(signal?: AbortSignal): Promise<Socket> {
    const { path, description } = this;
    const { timeout = 30_000, clock = systemClock } = this.#settings;
    return connectSocket({ path }, { to: { description }, timeout, clock, signal });
  }
}
