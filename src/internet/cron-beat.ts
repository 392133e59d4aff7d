import type * as Croner from "croner";
import { neededPeer } from "../base/optional-peer";
import { messageOf } from "../log/describe-error";
import { after, wallOf, type Clock } from "../service/clock";
import type { Beat } from "./beat";
import { TimerError } from "./errors";

/** The moments that a cron expression stands for: milliseconds since 1970, by the clock on the wall. */
export type Moments = (after: number) => number | undefined;

/**
 * Reads a cron expression of five fields, or six with seconds in front. Times are those of `timeZone`, or of the
 * system: what falls into the hour that is left out in spring comes after it, what falls into the one that comes
 * twice in autumn comes once, unless it is meant for every hour.
 *
 * @throws TimerError; MissingPeerError where croner is not installed
 */
export function cronMoments(expression: string, timeZone: string | undefined): Moments {
  const who = `the cron expression "${expression}"`;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, loaded when it is used
  const { Cron } = neededPeer(() => require("croner") as typeof Croner, "croner", { who });
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw new TimerError(
      "APPD_TIMER_ZONE",
      `there is no time zone "${timeZone}": write one as Europe/Berlin`,
    );
  try {
    // Only its arithmetic is used, never its timers: time goes by our clock.
    const cron = new Cron(expression, {
      paused: true,
      ...(timeZone === undefined ? {} : { timezone: timeZone }),
    });
    const moments: Moments = (time) => cron.nextRun(new Date(time))?.getTime();
    if (moments(Date.now()) === undefined) throw new TimerError("APPD_TIMER_CRON", `${who} never comes`);
    return moments;
  } catch (error) {
    if (error instanceof TimerError) throw error;
    throw new TimerError("APPD_TIMER_CRON", `${who} can't be read: ${messageOf(error)}`, { cause: error });
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format() !== "";
  } catch {
    return false;
  }
}

/** The clock on the wall may be set, and stands still in our eyes while the machine sleeps: we look again. */
const LOOK_AGAIN = 60_000;

/**
 * The moments of a cron expression. One that was passed over because the clock was set forward, or because the
 * machine slept, comes when that is seen, within a minute. One that the clock shows twice because it was set back
 * comes once, unless it was set back by more than the distance of two moments: then it goes by the new time.
 */
export class CronBeat implements Beat {
  readonly #clock: Clock;
  readonly #wall: () => number;
  readonly #moments: Moments;
  #last: number | undefined;

  constructor(clock: Clock, moments: Moments) {
    this.#clock = clock;
    this.#wall = wallOf(clock);
    this.#moments = moments;
  }

  next(callback: () => void): () => void {
    let due: number | undefined;
    let cancel = (): void => undefined;
    const look = (): void => {
      const now = this.#wall();
      if (due !== undefined && now >= due) {
        this.#last = due;
        callback();
        return;
      }
      due = this.#moments(this.#from(now));
      if (due !== undefined) cancel = after(this.#clock, Math.min(due - now, LOOK_AGAIN), look);
    };
    look();
    return () => cancel();
  }

  #from(now: number): number {
    const last = this.#last;
    if (last === undefined || now >= last) return now;
    const usual = (this.#moments(last) ?? Infinity) - last;
    return last - now > usual ? now : last;
  }
}
