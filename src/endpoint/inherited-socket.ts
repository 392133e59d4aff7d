/** What an open file descriptor is, as far as Linux tells. Never fails. */
import { readFileSync, readlinkSync } from "node:fs";
import { silently } from "../base/silently";
import type { SocketDomain } from "./adopt";

export interface FoundSocket {
  /** What to call it in a message. */
  readonly description: string;
  readonly domain: SocketDomain | undefined;
  /** The path of a UNIX socket. */
  readonly path: string | undefined;
  /** Whether it can take connections. */
  readonly takes: boolean;
}

/** Undefined where the system does not tell, or nothing is open. */
export function lookAt(fd: number): FoundSocket | undefined {
  const link = silently(() => readlinkSync(`/proc/self/fd/${fd}`));
  if (link === undefined) return undefined;
  const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
  if (inode === undefined)
    return { description: nameOf(link), domain: undefined, path: undefined, takes: false };
  return inet(inode) ?? unix(inode);
}

const nameOf = (link: string): string => (link.startsWith("pipe:") ? "a pipe" : `"${link}"`);

function inet(inode: string): FoundSocket | undefined {
  for (const [file, domain] of [
    ["tcp", "INET"],
    ["tcp6", "INET6"],
  ] as const) {
    const fields = lines(`/proc/net/${file}`).find((line) => line[9] === inode);
    if (fields) {
      return { description: "a connection", domain, path: undefined, takes: fields[3] === "0A" };
    }
  }
  for (const [file, domain] of [
    ["udp", "INET"],
    ["udp6", "INET6"],
  ] as const) {
    if (lines(`/proc/net/${file}`).some((line) => line[9] === inode))
      return { description: "a socket for datagrams", domain, path: undefined, takes: false };
  }
  return undefined;
}

function unix(inode: string): FoundSocket | undefined {
  const fields = lines("/proc/net/unix").find((line) => line[6] === inode);
  if (!fields) return undefined;
  const isStream = fields[4] === "0001";
  return {
    description: isStream ? "a connection" : "a socket for datagrams",
    domain: "UNIX",
    path: fields.slice(7).join(" ") || undefined,
    takes: isStream && fields[5] === "01",
  };
}

const lines = (file: string): string[][] =>
  (silently(() => readFileSync(file, "utf8")) ?? "").split("\n").map((line) => line.trim().split(/ +/));
