/** Milliseconds until the next attempt, after that many failures in a row; Infinity for no other. */
export type RetryPolicy = (failures: number) => number;

/** How delays grow. */
export interface BackoffOptions {
  /** Milliseconds: 1,000 by default. */
  readonly initialDelay?: number;
  /** Milliseconds that no delay exceeds, the jitter not counted: 60,000 by default. */
  readonly maxDelay?: number;
  /** By how much each delay is longer than the one before: 1.5 by default. */
  readonly factor?: number;
  /** Milliseconds to add, so that clients that lost their server together don't return together: up to 1,000. */
  readonly jitter?: () => number;
}

/**
 * A retry policy whose delays grow: `min(initialDelay * factor ** failures, maxDelay) + jitter()`, as that of
 * Twisted's `ClientService`. After the first failure that is 1.5 s by default, and up to a second more.
 */
export function backoffPolicy(options: BackoffOptions = {}): RetryPolicy {
  const { initialDelay = 1_000, maxDelay = 60_000, factor = 1.5, jitter = upToASecond } = options;
  return (failures) => {
    const delay = initialDelay * factor ** Math.min(100, failures);
    // Not Math.min, for which zero times Infinity is no number.
    return (delay < maxDelay ? delay : maxDelay) + jitter();
  };
}

const upToASecond = (): number => Math.random() * 1_000;
