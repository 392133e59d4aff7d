import type { Logger } from "../log/logger";
import type { InheritedSocket } from "../service/inherited";
import type { World } from "./world";

/** The first number that whoever starts a process may give it a socket at. */
const FIRST = 3;
/** More than that nobody gives. */
const MOST = 1_000;
const VARIABLES = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] as const;

type Given = Pick<World, "environment" | "forgetVariables" | "pid">;

/**
 * The sockets that systemd has opened for this very process: sd_listen_fds(3). What does not add up counts as none.
 * The variables are removed, because they are not for the processes that this one starts.
 */
export function takeInheritedSockets(world: Given, log: Pick<Logger, "info" | "warn">): InheritedSocket[] {
  const [pid, count, names] = VARIABLES.map((name) => world.environment[name]);
  if (pid === undefined && count === undefined) return [];
  world.forgetVariables(VARIABLES);
  if (pid === undefined || count === undefined) return [];
  if (!isWhole(pid) || !isWhole(count) || Number(count) > MOST) {
    log.warn(
      "sockets are ignored: LISTEN_PID is %j and LISTEN_FDS %j, which are no such numbers",
      pid,
      count,
    );
    return [];
  }
  if (Number(pid) !== world.pid) {
    log.info("sockets are ignored: they are for process %s, and this is process %d", pid, world.pid);
    return [];
  }
  return named(Number(count), names, log);
}

const isWhole = (text: string): boolean => /^\d{1,10}$/.test(text);

function named(count: number, text: string | undefined, log: Pick<Logger, "warn">): InheritedSocket[] {
  const names = text ? text.split(":") : undefined;
  if (names && names.length !== count) {
    log.warn("sockets are ignored: LISTEN_FDS is %d, and LISTEN_FDNAMES has %d names", count, names.length);
    return [];
  }
  return Array.from({ length: count }, (_, at) => ({ fd: FIRST + at, name: names?.[at] }));
}
