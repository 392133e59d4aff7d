import { shown } from "../base/text";
import type { Inherited } from "../service/inherited";
import { AdoptedStreamServerEndpoint } from "./adopted-stream-server-endpoint";
import { ADDRESS, COUNT, PORT, TEXT } from "./argument-type";
import { endpointKind, optional, required } from "./endpoint-kind";
import { quoteStringArgument } from "./endpoint-text";
import { EndpointError } from "./errors";
import type { Place } from "./listen-error";
import { kindsOf, readEndpoint, type Kinds } from "./read-endpoint";
import { SystemdServerEndpoint } from "./systemd-server-endpoint";

/** Where datagrams are received. */
export interface DatagramPlace extends Place {
  /** The socket to receive them at that the process was given. @throws EndpointError */
  readonly given?: (inherited: Inherited) => number;
}

/** Which UDP port of this machine, and at which of its addresses. */
export interface UDPPlaceSettings {
  /** 0 lets the system choose. */
  readonly port: number;
  /** An address of this machine; all that it has of IPv4 by default, and `::` for those of IPv6 too. */
  readonly interface?: string | undefined;
}

/** A port, text such as `udp:53:interface=127.0.0.1` or `systemd:name=dns`, or what it says. */
export type UDPWhere = number | string | UDPPlaceSettings;

/** @throws EndpointError */
export function datagramPlace(where: UDPWhere): DatagramPlace {
  if (typeof where === "number") return udpPlace({ port: where });
  if (typeof where === "string") return readEndpoint(where, KINDS);
  if (typeof (where as Partial<UDPPlaceSettings> | undefined)?.port === "number") return udpPlace(where);
  throw new EndpointError(
    `where to receive datagrams must be a port, text such as "udp:53", or { port, interface }, got ${shown(where)}`,
  );
}

function udpPlace({ port, interface: address }: UDPPlaceSettings): DatagramPlace {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new EndpointError(`a port must be a whole number from 0 to 65535, got "${port}"`);
  const at = address === "" ? undefined : address;
  const description = at === undefined ? `UDP port ${port}` : `UDP port ${port} on ${at}`;
  return { description, port, interface: at, address: at, protocol: "udp" };
}

const udp = endpointKind({
  name: "udp",
  help: "A UDP port.",
  examples: ["udp:53:interface=127.0.0.1"],
  parameters: {
    port: required(PORT, "The port; 0 lets the system choose one."),
    interface: optional(ADDRESS, "The address to receive at; all that this machine has of IPv4 by default."),
  },
  make: udpPlace,
});

const systemd = endpointKind({
  name: "systemd",
  help: "A socket for datagrams that systemd has opened for the process.",
  examples: ["systemd:name=dns"],
  parameters: {
    index: optional(COUNT, "Which one of the sockets, from 0."),
    name: optional({ ...TEXT, placeholder: "name" }, "The one that has this FileDescriptorName."),
  },
  make(values): DatagramPlace {
    const socket = new SystemdServerEndpoint(values);
    return { description: socket.description, given: (inherited) => socket.find(inherited).fd };
  },
});

const fd = endpointKind({
  name: "fd",
  help: "A socket for datagrams that the process was given, by the number of its file descriptor.",
  examples: ["fd:3"],
  parameters: { fd: required(COUNT, "The number of the file descriptor.") },
  make(values): DatagramPlace {
    const socket = new AdoptedStreamServerEndpoint(values);
    return { description: socket.description, given: () => socket.fd };
  },
});

/** What is written where datagrams are received. */
const KINDS: Kinds<DatagramPlace> = {
  known: kindsOf<DatagramPlace>(udp, systemd, fd),
  bare: "udp",
  meant: (host, port) => `udp:${port}${host === "" ? "" : `:interface=${quoteStringArgument(host)}`}`,
};
