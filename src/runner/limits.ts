import type { ExecFileException } from "node:child_process";
import { readFileSync } from "node:fs";
import type * as Koffi from "koffi";
import { optionalPeer } from "../base/optional-peer";

/** What can be limited, and the number of it for setrlimit(2). */
const RESOURCES = {
  nofile: process.platform === "darwin" ? 8 : 7,
  core: 4,
} as const;
export type Resource = keyof typeof RESOURCES;

/** Why a limit is as it was: it is not permitted, or nothing is there that could set it. */
export type Unset = "forbidden" | "no program";

export type SetLimit = (resource: Resource, value: number, pid: number) => Promise<Unset | undefined>;

const PATIENCE = 10_000;

/**
 * Sets a limit of a process that is this one's, the soft one and the hard one. Node has nothing for it: prlimit(1) of
 * util-linux has, or a library where it is installed.
 */
export async function setLimit(resource: Resource, value: number, pid: number): Promise<Unset | undefined> {
  const outcome = await byProgram(resource, value, pid);
  return outcome === "no program" ? byLibrary(resource, value) : outcome;
}

/** Whether the system would write a dump of this process's memory when it dies; a doubt counts as yes. */
export function dumpsCore(): boolean {
  try {
    return !/^Max core file size\s+0\s/m.test(readFileSync("/proc/self/limits", "latin1"));
  } catch {
    return true;
  }
}

function byProgram(resource: Resource, value: number, pid: number): Promise<Unset | undefined> {
  const { execFile } = process.getBuiltinModule("node:child_process");
  const words = ["--pid", String(pid), `--${resource}=${value}:${value}`];
  return new Promise((resolve) => {
    execFile("prlimit", words, { timeout: PATIENCE }, (error: ExecFileException | null) => {
      if (!error) resolve(undefined);
      else resolve((error.code as unknown) === "ENOENT" ? "no program" : "forbidden");
    });
  });
}

function byLibrary(resource: Resource, value: number): Unset | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, where there is no prlimit(1)
  const koffi = optionalPeer(() => require("koffi") as typeof Koffi, "koffi");
  if (!koffi) return "no program";
  const limit = Buffer.alloc(16);
  limit.writeBigUInt64LE(BigInt(value), 0);
  limit.writeBigUInt64LE(BigInt(value), 8);
  const setrlimit = koffi.load(null).func("int setrlimit(int resource, const void *limit)") as (
    resource: number,
    limit: Buffer,
  ) => number;
  return setrlimit(RESOURCES[resource], limit) === 0 ? undefined : "forbidden";
}
