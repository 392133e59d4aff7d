import type { World } from "./world";

/**
 * Whether standard error goes to the journal: systemd.exec(5), `$JOURNAL_STREAM`. Processes that were started from a
 * service may have the variable and another standard error.
 */
export function isJournal({ environment, stderr }: Pick<World, "environment" | "stderr">): boolean {
  const { JOURNAL_STREAM: stream } = environment;
  return stream !== undefined && stream !== "" && stream === stderr.file;
}
