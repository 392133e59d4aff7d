import { SoftwareError } from "../base/errors";

/** What a timer was told can't be: a step, a cron expression, a time zone. */
export class TimerError extends SoftwareError {}
