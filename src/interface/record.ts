import { MetadataKey, ownMetadata, type AnyClass } from "../metadata/metadata";
import { NoInterfaceError } from "./errors";

/** A class of any kind, abstract ones included, whose instances are `T`. An interface is one. */
export type AbstractClass<T = unknown> = abstract new (...args: never[]) => T;

/** What is known of an interface. A contract between versions of appd: only ever add to it. */
export interface InterfaceRecord {
  /** The same in every copy of appd for an interface that names its identity; else of this class alone. */
  readonly id: symbol;
  readonly name: string;
  readonly members: readonly PropertyKey[];
  /** A folder of the copy of appd through which it was declared. */
  readonly copy?: string;
}

/*
 * These keys are registered symbols and reflect-metadata is one per process, so two copies of appd read and
 * write the same records. The number is the format's version.
 */
export const INTERFACE = new MetadataKey<InterfaceRecord>("interface.v1");
export const IMPLEMENTED = new MetadataKey<readonly AbstractClass[]>("implements.v1");
export const PROVIDED = new MetadataKey<readonly AbstractClass[]>("provides.v1");

/** Whether `x` is a class that `@Interface` declared. A class that extends or implements one is not. */
export function isInterface(x: unknown): x is AbstractClass {
  return typeof x === "function" && ownMetadata(INTERFACE, x) !== undefined;
}

/**
 * What identifies an interface: the same symbol in every copy of appd for one of appd's own.
 *
 * @throws NoInterfaceError
 */
export function interfaceId(declared: AbstractClass): symbol {
  return recordOf(declared, "interfaceId").id;
}

/** The name of an interface, for people. Two interfaces may have the same. */
export function interfaceName(declared: AbstractClass): string {
  return recordOf(declared, "interfaceName").name;
}

/** The record of an interface; `where` says in the message who asked. */
export function recordOf(declared: unknown, where: string): InterfaceRecord {
  const record = typeof declared === "function" ? ownMetadata(INTERFACE, declared) : undefined;
  if (!record) throw new NoInterfaceError(where, declared);
  return record;
}

/** A class and the classes it extends, itself first. */
export function classChain(cls: AbstractClass): AbstractClass[] {
  const chain: AbstractClass[] = [];
  for (let at: unknown = cls; typeof at === "function"; at = Object.getPrototypeOf(at)) {
    if (at === Function.prototype) break;
    chain.push(at as AnyClass);
  }
  return chain;
}
