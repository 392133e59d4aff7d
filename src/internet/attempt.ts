/** Calls someone else's code, and hands what it throws or rejects with to `failed`. */
export function attempt(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const result = call() as PromiseLike<unknown> | undefined;
    if (typeof result?.then === "function") result.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

/** What tells how it went: a handler may give a protocol, which says it by a promise of its own. */
export function overOf(handled: unknown): unknown {
  return (handled as { readonly finished?: unknown } | null | undefined)?.finished ?? handled;
}
