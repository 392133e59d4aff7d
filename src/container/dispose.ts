import { throwFaults, type AppdError } from "../base/errors";
import { DisposeError } from "./errors";

/** The ways in which an object lets go of what it holds, the first that is there counts. */
interface Disposable {
  [Symbol.asyncDispose]?: () => unknown;
  [Symbol.dispose]?: () => unknown;
  dispose?: () => unknown;
}

/**
 * Disposes of objects one after the other, the last built first: whoever needs another goes before it. One that
 * fails does not keep the others.
 *
 * @throws DisposeError, or Faults for several
 */
export async function disposeAll(built: readonly object[]): Promise<void> {
  const faults: AppdError[] = [];
  for (const object of built.toReversed()) {
    try {
      await disposeOf(object);
    } catch (error) {
      faults.push(new DisposeError(object, error));
    }
  }
  throwFaults(faults);
}

/** Whether an object says how it is disposed of. */
export function isDisposable(object: object): boolean {
  return typeof wayOf(object) === "function";
}

async function disposeOf(object: object): Promise<void> {
  if (isDisposable(object)) await wayOf(object)?.call(object);
}

const wayOf = (object: Disposable): (() => unknown) | undefined =>
  object[Symbol.asyncDispose] ?? object[Symbol.dispose] ?? object.dispose;
