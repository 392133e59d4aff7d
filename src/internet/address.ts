import type { AddressInfo } from "node:net";

/** An address as one writes it: `127.0.0.1:1235`, `[::]:1235`, `/run/x.sock`. */
export function formatAddress(address: AddressInfo | string | null): string {
  if (address === null) return "nothing";
  if (typeof address === "string") return address;
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `${host}:${address.port}`;
}

/** Who is at the other end of a connection, as far as it still knows. */
export function formatPeer({ remoteAddress, remotePort, remoteFamily }: PeerInfo): string {
  if (remoteAddress === undefined) return "a peer that is gone";
  return formatAddress({ address: remoteAddress, family: remoteFamily ?? "", port: remotePort ?? 0 });
}

type PeerInfo = Readonly<
  Partial<Record<"remoteAddress" | "remoteFamily", string | undefined>> & { remotePort?: number | undefined }
>;
