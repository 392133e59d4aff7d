/** Which service an error of a start came from, for whoever reports it: the error itself goes up as it was thrown. */
const culprits = new WeakMap<object, string>();

/** Notes the innermost service that failed with `error`: it is the first to tell. */
export function blame(label: string, error: unknown): void {
  if (typeof error === "object" && error !== null && !culprits.has(error)) culprits.set(error, label);
}

/** The class and path of the service whose start failed with `error`. */
export function culpritOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null ? culprits.get(error) : undefined;
}
