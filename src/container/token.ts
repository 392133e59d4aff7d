import { knowLogger } from "../interface/logger-interface";
import { interfaceId, interfaceName, isInterface, type AbstractClass } from "../interface/record";

// Whoever asks for a logger asks for an interface.
knowLogger();

/** A class that can be made with `new`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the container finds out what the constructor asks for
export type Class<T = unknown> = new (...args: any[]) => T;

/** A class, or a function that gives it: for two classes that name each other. */
export type ClassOrThunk<T = unknown> = Class<T> | (() => Class<T>);

/** What `delay(() => Class)` gives: a stand-in that looks the class up when it is first used. */
export interface Delayed<T = unknown> {
  readonly wrap: () => AbstractClass<T>;
  createProxy(make: (target: unknown) => unknown): T;
}

/** What can be asked for: a class, an interface, a name. */
export type Token<T = unknown> = AbstractClass<T> | Delayed<T> | string | symbol;

/** What a token is filed under. An interface has its id, so that every copy of appd means the same one. */
export type Key = string | symbol | AbstractClass;

/** A token as it is filed and as it is shown. */
export interface Identity {
  readonly key: Key;
  readonly label: string;
  readonly token: unknown;
}

/** Identifies a token, or gives undefined for what can't be one. */
export function identify(token: unknown): Identity | undefined {
  if (typeof token === "string") return { key: token, label: JSON.stringify(token), token };
  if (typeof token === "symbol") return { key: token, label: String(token), token };
  if (isInterface(token)) return { key: interfaceId(token), label: interfaceName(token), token };
  if (typeof token !== "function") return undefined;
  return { key: token as unknown as AbstractClass, label: token.name || "an unnamed class", token };
}

/** Also true for a `delay()` of another copy of tsyringe. */
export function isDelayed(token: unknown): token is Delayed {
  return typeof token === "object" && token !== null && "createProxy" in token && "wrap" in token;
}

/** The class itself; a function without a prototype is a thunk and is called. */
export function classBehind<T>(classOrThunk: ClassOrThunk<T>): Class<T> {
  return isThunk(classOrThunk) ? classOrThunk() : classOrThunk;
}

/** Whether it only gives the class. */
export function isThunk<T>(classOrThunk: ClassOrThunk<T>): classOrThunk is () => Class<T> {
  return (classOrThunk as { prototype?: unknown }).prototype === undefined;
}

/** A class of the language itself, such as String, Promise or Map: never built for whoever asks for one. */
export function isNative(cls: AbstractClass): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(cls));
}
