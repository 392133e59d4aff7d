/** Whether it has to be waited for. A microtask is not much, but a login that needs none should not wait for it. */
export function isThenable<T>(x: T | Promise<T>): x is Promise<T> {
  return typeof x === "object" && x !== null && typeof (x as { then?: unknown }).then === "function";
}
