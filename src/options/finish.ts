import type { CommandLine, Origin } from "./command-line";
import type { Level } from "./level";

/**
 * Where an options class of appd's own, or of a library, keeps what it makes of its values once they are known to
 * be right: before `postOptions`, which is the user's. Text that was typed becomes working parts here.
 */
export const FINISH = Symbol.for("appd:options.finish.v1");

/** What {@link FINISH} is given. */
export interface Finishing {
  /** What messages begin with: `myproject`. */
  readonly command: string;
  readonly line: CommandLine;
  /** Where a field's value came from; undefined for its initial value. */
  readonly originOf: (field: string) => Origin | undefined;
  /** A line that stops nobody. */
  readonly warn: (line: string) => void;
  /** Text of the command line that is a secret: lists of processes should no longer show it. */
  readonly hide: (text: string) => void;
}

interface Finishable {
  [FINISH]?(finishing: Finishing): unknown;
}

/** Lets the instance of a level finish itself. */
export async function finish(level: Level, told: Pick<Finishing, "warn" | "hide">): Promise<void> {
  const { instance, command, line, given } = level;
  const originOf = (field: string): Origin | undefined =>
    [...given.values()].find(({ planned }) => planned.record.field === field)?.origin;
  await (instance as Finishable)[FINISH]?.({ command, line, originOf, ...told });
}
