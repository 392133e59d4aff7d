import type { Socket, SocketOptions, SocketType } from "node:dgram";
import { refuseAdopted, rememberAdopted } from "../endpoint/adopt";
import type { DatagramPlace } from "../endpoint/datagram-place";
import { EndpointError } from "../endpoint/errors";
import { listenError, say } from "../endpoint/listen-error";
import type { Inherited } from "../service/inherited";

export interface OpeningDatagramSocket {
  readonly options: Omit<SocketOptions, "type">;
  readonly inherited: Inherited;
}

/** A socket that is bound. @throws ListenError, ListenPermissionError, EndpointError */
export async function openDatagramSocket(
  place: DatagramPlace,
  { options, inherited }: OpeningDatagramSocket,
): Promise<Socket> {
  const fd = place.given?.(inherited);
  const type = fd === undefined ? typeOf(place.interface) : await typeOfGiven(fd, place);
  // Asked for here, so that importing appd loads no network.
  const socket = process.getBuiltinModule("node:dgram").createSocket({ ...options, type });
  try {
    await bind(socket, fd === undefined ? { port: place.port, address: place.interface } : { fd });
  } catch (error) {
    socket.close();
    throw fd === undefined ? await listenError(error as Error, place) : notGiven(error as Error, place);
  }
  if (fd !== undefined) rememberAdopted(fd);
  return socket;
}

const typeOf = (address: string | undefined): SocketType => (address?.includes(":") ? "udp6" : "udp4");

async function typeOfGiven(fd: number, place: DatagramPlace): Promise<SocketType> {
  refuseAdopted(fd, place);
  // Node would bind to a port of its own choice instead.
  if (fd === 0) throw notGiven(new Error("0 is standard input"), place);
  const { lookAt } = await import("../endpoint/inherited-socket");
  return lookAt(fd)?.domain === "INET6" ? "udp6" : "udp4";
}

function notGiven(cause: Error, place: DatagramPlace): EndpointError {
  return new EndpointError(say(place, "no UDP socket is open there"), "APPD_ENDPOINT", { cause });
}

/** Node's types don't know that it takes a descriptor. */
interface BindTo {
  readonly port?: number | undefined;
  readonly address?: string | undefined;
  readonly fd?: number;
}

function bind(socket: Socket, to: BindTo): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(to, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}
