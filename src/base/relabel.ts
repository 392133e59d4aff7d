import {
  CannotCreateError,
  ConfigurationError,
  Faults,
  NoInputError,
  NoPermissionError,
  SoftwareError,
  UnavailableError,
  UsageError,
  type AppdError,
} from "./errors";

const KINDS = [
  UsageError,
  NoInputError,
  UnavailableError,
  SoftwareError,
  CannotCreateError,
  NoPermissionError,
  ConfigurationError,
] as const;

/**
 * The same fault, of the same kind, in other words: whoever knows what it is about puts that in front. Undefined for
 * what is none of appd's errors.
 */
export function relabelled(error: unknown, words: (fault: AppdError) => string): AppdError | undefined {
  if (error instanceof Faults)
    return new Faults(error.faults.map((fault) => relabelled(fault, words) ?? fault));
  const Kind = KINDS.find((kind) => error instanceof kind);
  if (!Kind) return undefined;
  const fault = error as AppdError;
  return new Kind(fault.code, words(fault), { cause: fault });
}
