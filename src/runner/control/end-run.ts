import { dirname } from "node:path";
import type { ProcessIdentity } from "../../base/process-identity";
import { after, type Clock } from "../../service/clock";
import { ask } from "./control-client";
import { StopForbiddenError, UncertainProcessError, UnendingError } from "./errors";
import { pidOf } from "./records";
import { runText } from "./run-text";
import { dropEnded, PATIENCE, type Running } from "./running-here";
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
 * @throws StopForbiddenError; UncertainProcessError; UnendingError when not even that helps
 */
export async function endRun(run: Running, { clock, timeout, waits }: EndOptions): Promise<Ended> {
  const begun = clock.now();
  const took = (): number => clock.now() - begun;
  // By the record, which a run that has become another user can't have written.
  const deadline = timeout ?? run.record.stopTimeout + MARGIN;
  const { ended } = await tell(run, clock);
  const cancel = after(clock, MOMENT, () => waits(deadline));
  const isGone = await gone(run, { clock, within: deadline - took() });
  cancel();
  if (isGone) {
    await clearAway(run);
    return { killed: false, took: took(), status: await Promise.race([ended, rest(clock, BETWEEN_LOOKS)]) };
  }
  for (const one of processesOf(run)) send(run, one, "SIGKILL");
  if (!(await gone(run, { clock, within: CLEARING }))) throw new UnendingError(runText(run.record));
  await clearAway(run);
  return { killed: true, took: took(), status: undefined };
}

/** Says that it is to end; gives word of the status that it ends with, if it has any. */
async function tell(run: Running, clock: Clock): Promise<{ readonly ended: Promise<number | undefined> }> {
  // Who has not answered a moment ago is not waited for once more.
  if (!run.status) return signalled(run);
  // Asked first: it may end before there is an answer to the other.
  const asked = ask(run.socket, "ended", { clock, patience: Infinity });
  const ended = asked.then((said) => (said.kind === "answer" ? said.answer.status : undefined));
  const stop = await ask(run.socket, "stop", { clock, patience: PATIENCE });
  return stop.kind === "answer" ? { ended } : { ...signalled(run), ended };
}

function signalled(run: Running): { readonly ended: Promise<undefined> } {
  for (const one of processesOf(run).slice(0, 1)) send(run, one, "SIGTERM");
  return { ended: Promise.resolve(undefined) };
}

/** Those of a run: first the one that would start the other again, and passes on what it is told. */
const processesOf = ({ record }: Running): ProcessIdentity[] =>
  record.master ? [record.master, record] : [record];

function send({ record }: Running, to: ProcessIdentity, name: "SIGTERM" | "SIGKILL"): void {
  try {
    signalTo(to, name);
  } catch (cause) {
    if (cause instanceof UncertainProcessError) throw cause;
    throw new StopForbiddenError(runText(record), cause);
  }
}

/** What it had no time for, because it was killed: here, or by somebody else meanwhile. */
async function clearAway({ record, socket }: Running): Promise<void> {
  dropEnded(dirname(socket));
  if (record.pidfile === undefined) return;
  const { removePidfileOf } = await import("../pidfile");
  removePidfileOf(record.pidfile, pidOf(record));
}

/** Waits for the end of all processes of a run; says whether it came. */
async function gone(run: Running, { clock, within }: { clock: Clock; within: number }): Promise<boolean> {
  const deadline = clock.now() + within;
  while (processesOf(run).some((one) => isRunning(one))) {
    if (clock.now() >= deadline) return false;
    await rest(clock, BETWEEN_LOOKS);
  }
  return true;
}

const rest = (clock: Clock, ms: number): Promise<undefined> =>
  new Promise((resolve) => after(clock, ms, () => resolve(undefined)));
