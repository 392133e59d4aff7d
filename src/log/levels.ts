import { LEVELS, type Level } from "./logger";

/** From which level on lines are written; `silent` writes none. */
export type Threshold = Level | "silent";

/** Every word that `--log-level` takes, to be shown and suggested. `critical` is Twisted's word for fatal. */
export const LEVEL_WORDS = ["fatal", "critical", ...LEVELS.slice(1), "silent"] as const;

/** The level that a word names, in any case; undefined for any other word. */
export function levelNamed(word: string): Threshold | undefined {
  const name = word.toLowerCase();
  if (name === "critical") return "fatal";
  if (name === "silent") return "silent";
  return LEVELS.find((level) => level === name);
}

/** Whether a line of `level` is written where `threshold` is set. */
export function reaches(level: Level, threshold: Threshold): boolean {
  return RANKS[level] <= RANKS[threshold];
}

/** Asked for every line of the log. */
const RANKS: Readonly<Record<Threshold, number>> = {
  silent: 0,
  fatal: 1,
  error: 2,
  warn: 3,
  info: 4,
  debug: 5,
  trace: 6,
};
