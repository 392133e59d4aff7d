import type { ServerResponse } from "node:http";
import { LoginBusy, LoginFailed, TooManyAttempts } from "../cred/errors";

/** Nobody was let in. One answer for all reasons that concern the credentials, so that nobody learns from it. */
export interface Refusal {
  readonly status: 401 | 429 | 503;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** What is answered to a failed login; undefined for a fault that is nobody's who logs in. */
export function refusalFor(error: unknown, challenges: () => readonly string[]): Refusal | undefined {
  if (error instanceof TooManyAttempts) return later(429, error.retryAfter);
  if (error instanceof LoginBusy) return later(503, error.retryAfter);
  if (error instanceof LoginFailed) return { status: 401, headers: { "WWW-Authenticate": challenges() } };
  return undefined;
}

function later(status: 429 | 503, seconds: number): Refusal {
  return { status, headers: { "Retry-After": String(Math.max(1, Math.ceil(seconds))) } };
}

const TEXTS = { 401: "Unauthorized\n", 429: "Too Many Requests\n", 503: "Service Unavailable\n" } as const;

/** Sends it. */
export function refuse(response: ServerResponse, { status, headers }: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  const text = TEXTS[status];
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.writeHead(status, { "Content-Type": "text/plain", "Content-Length": text.length }).end(text);
}
