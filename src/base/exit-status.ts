import {
  CannotCreateError,
  ConfigurationError,
  Faults,
  NoInputError,
  NoPermissionError,
  SoftwareError,
  TemporaryError,
  UnavailableError,
  UsageError,
} from "./errors";

/** What a bug ends with: everything that is no {@link AppdError} counts as one. */
export const EX_SOFTWARE = 70;

/** Exit statuses in the sense of sysexits(3), in the order in which one wins over the next. */
const TABLE: readonly (readonly [type: abstract new (...args: never[]) => Error, status: number])[] = [
  [UsageError, 64],
  [NoInputError, 66],
  [UnavailableError, 69],
  [SoftwareError, EX_SOFTWARE],
  [CannotCreateError, 73],
  [TemporaryError, 75],
  [NoPermissionError, 77],
  [ConfigurationError, 78],
];

/** The exit status for an error; of several faults at once the lowest status counts. */
export function exitStatusOf(error: unknown): number {
  if (error instanceof Faults) return Math.min(...error.faults.map(exitStatusOf));
  return TABLE.find(([type]) => error instanceof type)?.[1] ?? EX_SOFTWARE;
}
