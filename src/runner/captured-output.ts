import type { LogFront } from "../log/log-front";
import { WholeLines } from "../log/whole-lines";
import type { World } from "./world";

/**
 * What others print becomes lines of the log: in a daemon nobody else would hear it. A line has the `stream` that it
 * was printed to; one that has no end yet is logged when the process ends. Returns how to end that.
 */
export function captureOutput(world: Pick<World, "captureOutput">, front: LogFront): () => void {
  const { logger } = front;
  const stdout = new WholeLines((line) => logger.info({ stream: "stdout" }, line));
  const stderr = new WholeLines((line) => logger.error({ stream: "stderr" }, line));
  const streams = { stdout, stderr };
  front.beforeFlush(() => {
    stdout.end();
    stderr.end();
  });
  return world.captureOutput((stream, bytes) => streams[stream].add(bytes));
}
