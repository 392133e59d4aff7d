import type { World } from "../runner/world";

/** Whether what goes to standard output may be coloured: on a terminal, unless NO_COLOR says no. */
export function isColoured({ environment, stdout }: World): boolean {
  return !environment.NO_COLOR && environment.TERM !== "dumb" && stdout.isTerminal;
}
