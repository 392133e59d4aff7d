import type { SocketAddresses } from "./socket-addresses";

/** What the bytes are that have come so far. */
export type ProxyHeader =
  /** A beginning: more has to come. */
  | { readonly is: "partial" }
  | { readonly is: "malformed"; readonly why: string }
  /** `length` bytes of it; without addresses where the proxy speaks for itself, or doesn't know. */
  | { readonly is: "whole"; readonly length: number; readonly addresses: SocketAddresses | undefined };

export const PARTIAL: ProxyHeader = { is: "partial" };

export const malformed = (why: string): ProxyHeader => ({ is: "malformed", why });

/** Bytes that nobody's header exceeds. That of version 1 has 107 at the most, that of version 2 some hundred. */
export const LONGEST_HEADER = 4_096;
