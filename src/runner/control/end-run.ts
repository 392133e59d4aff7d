import type { ProcessIdentity } from "../../base/process-identity";
import { after, type Clock } from "../../service/clock";
import { ask } from "./control-client";
import { StopForbiddenError, UnendingError } from "./errors";
import { PATIENCE, type Running } from "./running-here";
import { isRunning } from "../pidfile-entry";
import { signalTo } from "./signal-to";

export interface EndOptions {
  readonly clock: Clock;
  /** Milliseconds until it is killed; what it says that it needs, and some more, unless given. */
  readonly timeout: number | undefined;
  /** Called when it takes longer than a moment, with how long it may take. */
  readonly waits: (limit: number) => void;
}

/** How a run came to its end. */
export interface Ended {
  readonly killed: boolean;
  /** Milliseconds that it took. */
  readonly took: number;
  /** What it ended with, where it could say so. */
  readonly status: number | undefined;
}

/** How much longer than its own deadline it is waited for. */
const MARGIN = 5_000;
const MOMENT = 1_000;
const BETWEEN_LOOKS = 20;
/** How long the system may take to clear away what was killed. */
const CLEARING = 10_000;

/**
 * Stops a run and waits until its process is gone: over the socket, by SIGTERM where nobody answers, and by SIGKILL
 * after the deadline.
 *
 * @throws StopForbiddenError; UnendingError when not even that helps
 */
export async function endRun(run: Running, { clock, timeout, waits }: EndOptions): Promise<Ended> {
  const begun = clock.now();
  const took = (): number => clock.now() - begun;
  const { limit, ended } = await tell(run, clock);
  const deadline = timeout ?? limit;
  const cancel = after(clock, MOMENT, () => waits(deadline));
  const isGone = await gone(run.record, { clock, within: deadline - took() });
  cancel();
  if (isGone)
    return { killed: false, took: took(), status: await Promise.race([ended, rest(clock, BETWEEN_LOOKS)]) };
  send(run, "SIGKILL");
  if (!(await gone(run.record, { clock, within: CLEARING }))) throw new UnendingError(run.record);
  return { killed: true, took: took(), status: undefined };
}

interface Told {
  /** Milliseconds that it may take. */
  readonly limit: number;
  /** With what it ends, if it says so. */
  readonly ended: Promise<number | undefined>;
}

async function tell(run: Running, clock: Clock): Promise<Told> {
  const stop = await ask(run.socket, "stop", { clock, patience: PATIENCE });
  if (stop.kind === "answer") {
    const ended = ask(run.socket, "ended", { clock, patience: Infinity }).then((asked) =>
      asked.kind === "answer" ? asked.answer.status : undefined,
    );
    return { limit: stop.answer.timeout + MARGIN, ended };
  }
  send(run, "SIGTERM");
  return { limit: run.record.stopTimeout + MARGIN, ended: Promise.resolve(undefined) };
}

function send({ record }: Running, name: "SIGTERM" | "SIGKILL"): void {
  try {
    signalTo(record, name);
  } catch (cause) {
    throw new StopForbiddenError(record, cause);
  }
}

/** Waits for the end of a process; says whether it came. */
async function gone(
  who: ProcessIdentity,
  { clock, within }: { clock: Clock; within: number },
): Promise<boolean> {
  const deadline = clock.now() + within;
  while (isRunning(who)) {
    if (clock.now() >= deadline) return false;
    await rest(clock, BETWEEN_LOOKS);
  }
  return true;
}

const rest = (clock: Clock, ms: number): Promise<undefined> =>
  new Promise((resolve) => after(clock, ms, () => resolve(undefined)));
