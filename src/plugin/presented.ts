import { providedBy } from "../interface/implements";
import { interfaceId, recordOf } from "../interface/record";
import { OtherCopyError } from "./errors";
import { ownPackage, packageAround } from "./own-package";
import { IPlugin } from "./plugin";

/** Where a target's stand-in is kept. Every copy of appd knows the symbol: that is how they notice each other. */
const PRESENTED = Symbol.for("appd.plugin.presented.v1");
/** This copy of appd, as what it presents is marked with it. */
const THIS_COPY = __dirname;

interface Presented {
  readonly plugin: object;
  readonly copy: string;
}

/**
 * Says which object stands for an exported class: `@ServiceMaker` on a class presents its description, so that
 * nobody has to build the class to read it.
 */
export function presentAs(target: object, plugin: object): void {
  const presented: Presented = { plugin, copy: THIS_COPY };
  Object.defineProperty(target, PRESENTED, { value: presented, configurable: true });
}

/**
 * The object that stands for `target` itself; what its parent class presents does not count.
 *
 * @throws OtherCopyError when another copy of appd presented it: its description is of no use here
 */
export function presentedBy(target: unknown): object | undefined {
  if (!isObject(target)) return undefined;
  const presented = Object.getOwnPropertyDescriptor(target, PRESENTED)?.value as Presented | undefined;
  if (!presented) return undefined;
  if (presented.copy !== THIS_COPY) throw otherCopy(presented.copy);
  return presented.plugin;
}

/**
 * An interface of appd's own is known to every copy, but what stands behind it is not: a checker of another copy
 * refuses with errors that this one does not take for refusals.
 *
 * @throws OtherCopyError for a plugin that provides one through another copy
 */
export function refuseOtherCopy(plugin: object): void {
  const { id: marker, copy: own } = recordOf(IPlugin, "refuseOtherCopy");
  for (const provided of providedBy(plugin)) {
    const { copy = own } = recordOf(provided, "refuseOtherCopy");
    const id = interfaceId(provided);
    // The marker says nothing of what a plugin is for.
    if (id === marker || !Symbol.keyFor(id)?.startsWith("appd:")) continue;
    if (copy !== undefined && copy !== own) throw otherCopy(copy);
  }
}

const otherCopy = (copy: string): OtherCopyError =>
  new OtherCopyError(packageAround(copy).folder, ownPackage().folder);
const isObject = (x: unknown): x is object =>
  (typeof x === "object" && x !== null) || typeof x === "function";
