/**
 * class-transformer's `@Type` and `@Transform`, for the fields that have them: on what was given, never on the
 * whole instance, and only where the user's classes have loaded class-transformer.
 */
import type { plainToClassFromExist } from "class-transformer";
import type { AnyClass } from "../metadata/metadata";
import { loadedFile } from "./loaded-package";

/** Puts a given value into its field. */
export type Assign = (instance: object, value: unknown) => void;

/** What class-transformer remembers of the decorators. */
interface Storage {
  findTypeMetadata(target: unknown, field: string): { readonly typeFunction?: () => unknown } | undefined;
  findTransformMetadatas(target: unknown, field: string, direction: number): readonly Transform[];
}

interface Transform {
  readonly transformFn: (params: TransformParams) => unknown;
}

interface TransformParams {
  readonly value: unknown;
  readonly key: string;
  readonly obj: unknown;
  readonly type: number;
  readonly options: object;
}

interface Library {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- no other keeps the initial values of the instance
  readonly plainToClassFromExist: typeof plainToClassFromExist;
}

const PLAIN_TO_CLASS = 0;
const BUILT_IN: readonly unknown[] = [String, Number, Boolean, BigInt, Date, URL];

/** The class-transformer decorators of one class. */
export class Transforms {
  readonly #storage: Storage | undefined;

  constructor(private readonly type: AnyClass) {
    const file = loadedFile("class-transformer/cjs/storage.js");
    this.#storage = (file as { readonly defaultMetadataStorage: Storage } | undefined)
      ?.defaultMetadataStorage;
  }

  /** What `@Type(() => X)` says about a field. */
  typeOf(field: string): unknown {
    return this.#storage?.findTypeMetadata(this.type, field)?.typeFunction?.();
  }

  /** Whether a field holds objects of a class of the user's, which class-transformer builds. */
  isNested(field: string): boolean {
    const type = this.typeOf(field);
    return typeof type === "function" && !BUILT_IN.includes(type);
  }

  /** How a field is assigned; undefined where a plain assignment does. */
  assignTo(field: string): Assign | undefined {
    if (this.isNested(field)) return (instance, value) => buildNested(instance, field, value);
    const functions = this.#storage?.findTransformMetadatas(this.type, field, PLAIN_TO_CLASS) ?? [];
    return functions.length === 0 ? undefined : throughFunctions(field, functions);
  }
}

/** A given list replaces the initial one, which class-transformer would merge with it one by one. */
function buildNested(instance: object, field: string, value: unknown): void {
  if (Array.isArray(value)) (instance as Record<string, unknown>)[field] = undefined;
  const options = { exposeDefaultValues: true, exposeUnsetFields: false };
  library().plainToClassFromExist(instance, { [field]: value }, options);
}

/** The value is one already: class-transformer would copy it, or take it apart like a URL. */
function throughFunctions(field: string, functions: readonly Transform[]): Assign {
  return (instance, given) => {
    const params = { key: field, obj: { [field]: given }, type: PLAIN_TO_CLASS, options: {} };
    const value = functions.reduce((at, { transformFn }) => transformFn({ ...params, value: at }), given);
    (instance as Record<string, unknown>)[field] = value;
  };
}

function library(): Library {
  const loaded = loadedFile("class-transformer/cjs/index.js");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only where a class uses @Type
  return (loaded ?? require("class-transformer")) as Library;
}
