import type { Requester } from "./frame";
import type { ClassOrThunk, Token } from "./token";

/** What a factory may ask. */
export interface Graph {
  /** Builds, or gives what is built already. */
  resolve<T>(token: Token<T>): T;
  /** Who asked for what the factory makes; undefined when nobody in the graph did. */
  readonly requestedBy: Requester | undefined;
}

/** `"transient"`: a new one for everybody who asks. Otherwise there is one in a run. */
export type Scope = "run" | "transient";

/** Where something comes from. */
export type Source<T = unknown> =
  | { readonly useClass: ClassOrThunk<T>; readonly scope?: Scope }
  | { readonly useValue: T }
  | { readonly useFactory: (graph: Graph) => T | Promise<T>; readonly scope?: Scope };

/** One entry of `providers`: a class stands for itself and for the interfaces that it implements. */
export type Provider = ClassOrThunk | ({ readonly token: Token } & Source);
