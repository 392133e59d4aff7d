import type * as Net from "node:net";
import { neededPeer } from "appd";
import type * as Library from "ldapts";
import type { Client } from "ldapts";
import { SourceDownError } from "../_errors";
import { tlsNames, type Settings } from "./settings";

export interface ConnectionOptions extends Pick<Settings, "url" | "host" | "encryption" | "timeout"> {
  /** The authority's certificate, if not one of the usual. */
  readonly ca: string | undefined;
}

/** @throws MissingPeerError */
export function ldapts(): typeof Library {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, loaded when it is used
  return neededPeer(() => require("ldapts") as typeof Library, "ldapts", { install: "ldapts@8" });
}

/** What the directory itself has answered, as a number of RFC 4511; undefined for any other error. */
export function resultCode(error: unknown): number | undefined {
  return error instanceof ldapts().ResultCodeError ? error.code : undefined;
}

/**
 * Does something with a connection of its own, and closes it.
 *
 * @throws what `work` throws; what is not the directory's answer, as SourceDownError
 */
export async function connected<T>(
  options: ConnectionOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = clientFor(options);
  try {
    return await inTime(options, async () => {
      await encrypt(client, options);
      return work(client);
    });
  } finally {
    client.unbind().catch(() => undefined);
  }
}

function clientFor({ url, host, timeout, ca, encryption }: ConnectionOptions): Client {
  const { connect }: typeof Net = process.getBuiltinModule("node:net");
  let isUsed = false;
  return new (ldapts().Client)({
    url,
    timeout,
    connectTimeout: timeout,
    // Where they are given, ldapts speaks TLS from the start, whatever the URL says.
    ...(encryption === "tls" && { tlsOptions: { ...tlsNames(host), ...(ca !== undefined && { ca }) } }),
    // A connection that was lost would be made anew without StartTLS, and a password sent in the clear.
    createConnection: ((port: number, to: string) => {
      if (isUsed) throw new Error("the connection was lost");
      isUsed = true;
      return connect(port, to);
    }) as typeof Net.connect,
  });
}

async function encrypt(client: Client, { encryption, host, ca, url }: ConnectionOptions): Promise<void> {
  if (encryption !== "starttls") return;
  try {
    await client.startTLS({ ...tlsNames(host), ...(ca !== undefined && { ca }) });
  } catch (cause) {
    if (resultCode(cause) === undefined) throw cause;
    throw new SourceDownError(`${url} does not do StartTLS: write ldaps://`, { cause });
  }
}

/** A handshake has no end of its own. */
async function inTime<T>({ timeout, url }: ConnectionOptions, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const seconds = timeout / 1000;
    timer = setTimeout(
      () => reject(new SourceDownError(`${url} does not answer within ${seconds} s`)),
      timeout,
    );
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
