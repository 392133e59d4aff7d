import { Module } from "node:module";

/** The parts of Node's module loader that hooks replace. They are public by long use only. */
export interface ModuleInternals {
  readonly _extensions: Record<string, Extension>;
  _resolveFilename: ResolveFilename;
  readonly _cache: NodeJS.Dict<NodeJS.Module>;
  /** Where Node has it (22.15 and later): hooks that see `import` as well as `require`. */
  readonly registerHooks?: (hooks: ModuleHooks) => { deregister(): void };
}

export type Extension = (module: CompilingModule, filename: string) => void;

export interface CompilingModule extends NodeJS.Module {
  _compile(code: string, filename: string, format?: string): unknown;
}

export type ResolveFilename = (
  request: string,
  parent: NodeJS.Module | undefined,
  ...rest: unknown[]
) => string;

export interface Resolution {
  readonly url: string;
  readonly format?: string;
  readonly shortCircuit?: boolean;
}

export interface ResolveContext {
  readonly conditions?: readonly string[];
  readonly parentURL?: string;
}

export interface Loaded {
  readonly format: string;
  readonly source?: unknown;
  readonly shortCircuit?: boolean;
}

export interface ModuleHooks {
  resolve(
    specifier: string,
    context: ResolveContext,
    next: (specifier: string, context: ResolveContext) => Resolution,
  ): Resolution;
  load(url: string, context: object, next: (url: string, context: object) => Loaded): Loaded;
}

export const internals = Module as unknown as ModuleInternals;
