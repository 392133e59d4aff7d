import type { AddressInfo } from "node:net";
import { formatAddress } from "../internet/address";
import type { ServiceDescription } from "../service/describe-tree";

/** Where the services of a tree listen, as they say themselves: `127.0.0.1:1235`, `[::]:53/udp`, `/run/x.sock`. */
export function listeningAt({ details = {}, children }: ServiceDescription): string[] {
  const { address, endpoint } = details;
  const suffix = typeof endpoint === "string" && endpoint.startsWith("udp") ? "/udp" : "";
  const own = isAddress(address) ? [formatAddress(address) + suffix] : [];
  return [...own, ...children.flatMap(listeningAt)];
}

function isAddress(address: unknown): address is AddressInfo | string {
  if (typeof address === "string") return address !== "";
  if (typeof address !== "object" || address === null) return false;
  const { address: host, port } = address as Partial<AddressInfo>;
  return typeof host === "string" && typeof port === "number";
}
