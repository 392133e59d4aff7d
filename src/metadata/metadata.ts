/**
 * The one typed registry over reflect-metadata: every decorator records here and every reader asks here.
 * Nothing else in appd calls `Reflect.*Metadata`. What a record means belongs to the room that owns its key.
 */
import "reflect-metadata";

/** A class or any other function with a prototype, concrete or abstract. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `never[]` alone refuses classes in some positions
export type AnyClass<T = unknown> = abstract new (...args: any[]) => T;

/** The name of one kind of record and the type of what is recorded under it. */
export class MetadataKey<T> {
  declare readonly recorded: T;
  readonly symbol: symbol;

  constructor(name: string) {
    this.symbol = Symbol.for(`appd:${name}`);
  }
}

/** What was recorded on `target` itself, never what its parent has. */
export function ownMetadata<T>(key: MetadataKey<T>, target: object): T | undefined {
  return Reflect.getOwnMetadata(key.symbol, target) as T | undefined;
}

/** Records on `target` itself. A parent's record stays as it was. */
export function recordMetadata<T>(key: MetadataKey<T>, target: object, value: T): void {
  Reflect.defineMetadata(key.symbol, value, target);
}

/** Every record along the prototype chain of `target`, the base's first. */
export function inheritedMetadata<T>(key: MetadataKey<T>, target: object): T[] {
  const found: T[] = [];
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at) as object | null) {
    const own = ownMetadata(key, at);
    if (own !== undefined) found.unshift(own);
  }
  return found;
}

/** The constructor's parameter types as the compiler emitted them for this very class; a copy, or undefined. */
export function constructorTypes(target: AnyClass): unknown[] | undefined {
  const types = Reflect.getOwnMetadata("design:paramtypes", target) as unknown[] | undefined;
  return types && [...types];
}

/** The type of a field as the compiler emitted it. Advice only: compilers disagree on it. */
export function fieldType(prototype: object, field: string): unknown {
  return Reflect.getMetadata("design:type", prototype, field);
}

/** What the constructor's parameters ask for by an `@inject(…)` of tsyringe, by their position. */
export function injectionTokens(target: AnyClass): Readonly<Record<string, unknown>> | undefined {
  return Reflect.getOwnMetadata("injectionTokens", target) as Record<string, unknown> | undefined;
}

/** Records a constructor's parameters for a class whose compiler did not. */
export function recordConstructorTypes(target: AnyClass, types: readonly unknown[]): void {
  Reflect.defineMetadata("design:paramtypes", [...types], target);
}
