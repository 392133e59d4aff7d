/** Whoever is at the other end: a socket, a request of Node, Express, Koa or Fastify, or an address. */
export type Peer =
  | string
  | {
      /** Where a framework says who asks; behind a proxy it knows better than the socket. */
      readonly ip?: string | undefined;
      readonly remoteAddress?: string | undefined;
      readonly socket?: { readonly remoteAddress?: string | undefined } | null | undefined;
    };

/** The address of a peer; undefined for one that has none, such as the other end of a UNIX socket. */
export function addressOf(peer: Peer): string | undefined {
  const address =
    typeof peer === "string" ? peer : (peer.ip ?? peer.remoteAddress ?? peer.socket?.remoteAddress);
  if (address === undefined || address === "") return undefined;
  // An IPv4 address as a socket for both kinds has it.
  return address.startsWith("::") ? address.replace(/^::ffff:(?=\d+\.)/i, "") : address;
}
