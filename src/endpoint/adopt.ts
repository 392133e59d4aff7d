import { fstatSync } from "node:fs";
import type { Server } from "node:net";
import { AppdError } from "../base/errors";
import { listenAndAccept, portOf } from "./accept";
import { EndpointError, ListenError } from "./errors";
import type { ConnectionListener, ListeningPort } from "./i-stream-server-endpoint";
import { listenError, say, type Place } from "./listen-error";

/** The families of addresses, as systemd and Twisted call them. */
export type SocketDomain = "INET" | "INET6" | "UNIX";

export interface Adoption {
  readonly listener: ConnectionListener;
  readonly place: Pick<Place, "description">;
  /** What the socket has to be. */
  readonly domain?: SocketDomain | undefined;
}

/**
 * The numbers that have been adopted, for as long as the process lives: once a socket has been closed, its number may
 * be that of anything.
 */
const adopted = new Set<number>();

/**
 * Accepts at a socket that is there already; it is closed when that stops, and is not to be had again.
 *
 * @throws ListenError, EndpointError
 */
export async function adopt(fd: number, { listener, place, domain }: Adoption): Promise<ListeningPort> {
  refuseAdopted(fd, place);
  const found = (await import("./inherited-socket")).lookAt(fd);
  if (found?.takes === false)
    throw new EndpointError(say(place, `that is ${found.description}, and no socket that takes connections`));
  refuseOther(found?.domain, domain, place);
  try {
    const server = await listenAndAccept({ fd }, listener);
    rememberAdopted(fd);
    // Where the system tells less than Linux does, it is known only now.
    if (!found) closeOther(server, domain, place);
    const address = (): ListeningPort["address"] =>
      server.address() ?? (server.listening ? found?.path : undefined);
    return portOf(server, address);
  } catch (error) {
    throw listener.signal.aborted || error instanceof AppdError
      ? error
      : await adoptError(error as Error, place);
  }
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd, { bigint: true });
    return true;
  } catch {
    return false;
  }
}

/** @throws ListenError when a socket has been adopted before; EndpointError where there is none */
export function refuseAdopted(fd: number, place: Pick<Place, "description">): void {
  if (adopted.has(fd))
    throw new ListenError(
      "APPD_SOCKET_USED",
      say(
        place,
        "this process listens at it already, or has done so, and closed it with that; start the process anew",
      ),
    );
  if (!isOpen(fd))
    throw new EndpointError(say(place, "nothing is open there: whoever starts this process has to give it"));
}

export const rememberAdopted = (fd: number): void => void adopted.add(fd);

function refuseOther(
  found: SocketDomain | undefined,
  wanted: SocketDomain | undefined,
  place: Pick<Place, "description">,
): void {
  if (found !== undefined && wanted !== undefined && found !== wanted)
    throw new EndpointError(say(place, `its domain is ${found}, not ${wanted}`));
}

function closeOther(
  server: Server,
  wanted: SocketDomain | undefined,
  place: Pick<Place, "description">,
): void {
  const address = server.address();
  const family = typeof address === "object" ? address?.family : undefined;
  try {
    refuseOther(family === undefined ? "UNIX" : family === "IPv4" ? "INET" : "INET6", wanted, place);
  } catch (error) {
    server.close();
    throw error;
  }
}

async function adoptError(cause: NodeJS.ErrnoException, place: Pick<Place, "description">) {
  switch (cause.code) {
    case "EINVAL":
    case "ENOTSOCK":
    case "EOPNOTSUPP":
    case "ERR_INVALID_FD_TYPE":
      return new EndpointError(say(place, "that is no socket that takes connections"));
    case "EEXIST":
      return new ListenError("APPD_SOCKET_USED", say(place, "this process uses it already"), { cause });
    default:
      return await listenError(cause, place);
  }
}
