/** What a daemon gets of whoever has started it: not everything that the launcher got. */
import { closeSync, readdirSync, readFileSync } from "node:fs";
import { silently } from "../../base/silently";
import { takeInheritedSockets } from "../inherited-sockets";
import { SILENT } from "../../log/silent-logger";
import type { Environment, World } from "../world";
import { DaemonError, DaemonSocketsError } from "./errors";

/** What makes a program load something else than it would: nobody's but root's own to say. */
const LOADED_FIRST = ["NODE_OPTIONS", "NODE_PATH", "LD_PRELOAD"] as const;

/** `--inspect`, `--inspect-brk=…`, `--inspect_port`: Node takes either dash. */
const INSPECTOR = /(?:^|[\s"'])(--(?:inspect|debug[-_]port)[\w-]*)/;

/** @throws DaemonError where a daemon would open Node's inspector to whoever is on this machine */
export function refuseInspector({ self, environment }: Pick<World, "self" | "environment">): void {
  for (const words of [...self.execArgv, environment.NODE_OPTIONS ?? ""]) {
    const [, option] = INSPECTOR.exec(words) ?? [];
    if (option === undefined) continue;
    throw new DaemonError(`${option} works in the foreground only: leave it or --daemon out`);
  }
}

/** @throws DaemonSocketsError where this process was given sockets, which only it can use */
export function refuseSockets(world: Pick<World, "environment" | "forgetVariables" | "pid">): void {
  if (takeInheritedSockets(world, SILENT).length > 0) throw new DaemonSocketsError();
}

/** The environment of a daemon, and which variables are not in it. */
export function environmentFor(
  environment: Environment,
  { isRoot }: { readonly isRoot: boolean },
): { readonly environment: Environment; readonly left: readonly string[] } {
  const left = isRoot ? LOADED_FIRST.filter((name) => environment[name]) : [];
  const kept = Object.entries(environment).filter(([name]) => !left.some((one) => one === name));
  return { environment: Object.fromEntries(kept), left };
}

/** O_CLOEXEC as /proc has it, in octal. */
const CLOSED_ON_EXEC = 0o2000000;

/**
 * Closes the open files that this process was given by mistake and would hand on: whatever lies above the three
 * standard ones and is not closed by itself when a program is started. Node's own all are, and so are the ones that
 * Node finds at its start up to the first gap; what is left is some other program's leak. Linux only: on macOS a new
 * process gets none of them.
 */
export function closeLeaked(folder = "/proc/self"): number[] {
  const leaked = openFiles(folder).filter((fd) => fd > 2 && isHandedOn(folder, fd));
  for (const fd of leaked) silently(() => closeSync(fd));
  return leaked;
}

const openFiles = (folder: string): number[] =>
  (silently(() => readdirSync(`${folder}/fd`)) ?? []).map(Number);

function isHandedOn(folder: string, fd: number): boolean {
  const text = silently(() => readFileSync(`${folder}/fdinfo/${fd}`, "utf8")) ?? "";
  const [, flags] = /^flags:\s+([0-7]+)$/m.exec(text) ?? [];
  return flags !== undefined && (parseInt(flags, 8) & CLOSED_ON_EXEC) === 0;
}
