import type { ErrorCode } from "../base/errors";
import { constructorTypes, injectionTokens } from "../metadata/metadata";
import { classChain, type AbstractClass } from "../interface/record";
import { ParameterError } from "./errors";
import { identify, isDelayed, isNative } from "./token";

/** What one parameter of a constructor asks for. */
export interface Parameter {
  readonly token: unknown;
  /** `@inject(token, { isOptional: true })`: undefined when nothing provides it. */
  readonly optional: boolean;
  /** `@injectAll(token)`: everything that is bound to it. */
  readonly multiple: boolean;
  /** `@injectWithTransform(token, transform)`: what is given is what the transform makes of it. */
  readonly transform?: { readonly token: unknown; readonly args: readonly unknown[] };
}

/**
 * What the constructor of a class asks for. A class without a constructor of its own has its parent's, whether
 * it is decorated or not.
 *
 * @throws ParameterError when the compiler recorded nothing, or something that can't be asked for
 */
export function parametersOf(cls: AbstractClass, path: string): Parameter[] {
  for (const at of classChain(cls)) {
    const types = constructorTypes(at);
    const tokens = injectionTokens(at);
    if (types || tokens)
      return merged(types ?? [], tokens ?? {}).map((asked, index) => checked(asked, { at, index, path }));
    if (!hasOwnConstructor(at)) continue;
    if (at.length === 0) return [];
    throw new ParameterError({ code: "APPD_NO_TYPES", path, problem: unrecorded(at) });
  }
  return [];
}

interface Place {
  readonly at: AbstractClass;
  readonly index: number;
  readonly path: string;
}

/** The constructor's parameter types, each replaced by its `@inject(…)` where it has one. */
function merged(types: readonly unknown[], tokens: Readonly<Record<string, unknown>>): unknown[] {
  const asked = [...types];
  for (const [index, token] of Object.entries(tokens)) asked[Number(index)] = token;
  return Array.from(asked);
}

/** tsyringe's descriptors come in several shapes, nested for a transform. */
function checked(asked: unknown, place: Place): Parameter {
  const found = asked as { token: unknown; isOptional?: boolean; multiple?: boolean; transform?: unknown };
  if (typeof asked !== "object" || asked === null || isDelayed(asked) || !("token" in asked))
    return { token: buildable(asked, place), optional: false, multiple: false };
  const inner = typeof found.token === "object" && found.token !== null && "token" in found.token;
  const base = inner ? checked(found.token, place) : { token: buildable(found.token, place) };
  const transform = {
    token: found.transform,
    args: (asked as { transformArgs?: unknown[] }).transformArgs ?? [],
  };
  return {
    optional: found.isOptional === true,
    multiple: found.multiple === true,
    ...base,
    ...(found.transform === undefined ? {} : { transform }),
  };
}

function buildable(token: unknown, place: Place): unknown {
  const problem = problemWith(token);
  if (problem === undefined) return token;
  const [code, why] = problem;
  throw new ParameterError({ code, path: place.path, problem: `its parameter ${nameOf(place)} ${why}` });
}

/** Why a token can't be asked for. A class of the language itself may be bound: the container looks. */
function problemWith(token: unknown): readonly [ErrorCode, string] | undefined {
  if (isDelayed(token)) return undefined;
  if (token === undefined) return ["APPD_CIRCULAR_IMPORT", `names a class that ${NOT_LOADED}`];
  if (token === Object || token === Function)
    return [
      "APPD_TYPE_ONLY",
      `has a type that is gone at run time. An interface: declare it with @Interface. A class brought in by "import type": ` +
        `import it without "type". A union: use @inject(token). Or the class ${NOT_LOADED}`,
    ];
  if (PRIMITIVES.has(token))
    return [
      "APPD_PRIMITIVE",
      `is ${(token as { name: string }).name}, which says nothing about where it comes from; an option belongs in an options ` +
        `class, any other value gets a name: @inject("name"), and { token: "name", useValue: … } in providers`,
    ];
  return identify(token)
    ? undefined
    : ["APPD_NO_TOKEN", `asks for ${token === null ? "null" : `a ${typeof token}`}, which is no token`];
}

const NOT_LOADED =
  "was not loaded yet because two files import each other: use @inject(delay(() => TheClass)), or move one of the classes";
const PRIMITIVES: ReadonlySet<unknown> = new Set([String, Number, Boolean, Symbol, BigInt, Array, Promise]);

function unrecorded(cls: AbstractClass): string {
  const asks = `the constructor of ${cls.name} has parameters, but no types are recorded for them`;
  const parent = classChain(cls)
    .slice(1)
    .find((at) => constructorTypes(at));
  if (parent)
    return `${asks}: ${parent.name} is decorated, ${cls.name} isn't; put @injectable() on ${cls.name} as well`;
  return (
    `${asks}: put @injectable() on the class; if a decorator is there, it was compiled without decorator metadata: ` +
    `set "experimentalDecorators" and "emitDecoratorMetadata" (esbuild and tsx can't); in JavaScript use describeInjectable`
  );
}

/** A constructor that only hands its arguments on was written by the compiler. */
function hasOwnConstructor(cls: AbstractClass): boolean {
  if (isNative(cls)) return true;
  const text = Function.prototype.toString.call(cls);
  if (!text.startsWith("class")) return !text.includes(".apply(this, arguments)");
  return /(?:^|[^\w$.#])constructor\s*\(/.test(text) && !text.includes("super(...arguments)");
}

/** A parameter's name as it stands in the constructor's text, else its number. */
function nameOf({ at, index }: Place): string {
  const text = Function.prototype.toString.call(at);
  const inside = /(?:^|[^\w$.#])constructor\s*\(([^()]*)\)/.exec(text)?.[1] ?? "";
  const name = /^\s*([\w$]+)/.exec(inside.split(",")[index] ?? "")?.[1];
  return name === undefined ? `no. ${index + 1}` : `"${name}"`;
}
