import { readFileSync } from "node:fs";

/** More than that nobody wants without saying so: an idle connection takes some kilobytes. */
const MOST = 16_384;
/** What Node itself, logs and files may need. */
const RESERVED = 32;

let limit: number | undefined;

/** How many connections a server takes that was told nothing: what the process has descriptors for, within reason. */
export function defaultMaxConnections(): number {
  limit ??= descriptorLimit();
  return Math.min(MOST, Math.max(8, Math.floor((limit - RESERVED) * 0.9)));
}

/** Linux tells; elsewhere Node has raised it as far as the system lets it. */
function descriptorLimit(): number {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
