import type { Lifecycle } from "tsyringe";
import { AppdError } from "../base/errors";
import type { AbstractClass } from "../interface/record";
import { AsyncTransientError, BuildError, NotReadyError } from "./errors";
import type { Graph, Source } from "./provider";
import { classBehind, type Class, type ClassOrThunk } from "./token";
import { tsyringe } from "./tsyringe";

/** A registration as tsyringe keeps it: which provider, for how long, and the instance once there is one. */
export interface Registration {
  readonly provider: object;
  readonly options: { readonly lifecycle: Lifecycle };
  instance?: unknown;
}

/** What is bound to a token: tsyringe's registration, and what else the container wants to know of it. */
export interface Bound {
  readonly registration: Registration;
  /** The class that is built for it. */
  readonly cls?: () => Class;
  /** The class that is asked for in its place. */
  readonly alias?: () => Class;
  readonly transient: boolean;
  /** Whether asking again gives what is there. */
  readonly settled: () => boolean;
}

/** What a factory needs from the container that calls it. */
export interface Making {
  /** The graph as seen by who asks now. */
  readonly graph: () => Graph;
  readonly path: () => string;
  readonly built: (product: unknown) => void;
}

/** Binds a class to itself: one for the run, or one for everybody who asks. */
export function boundClass(cls: () => Class, transient = false): Bound {
  const { Lifecycle } = tsyringe();
  const lifecycle = transient ? Lifecycle.Transient : Lifecycle.ContainerScoped;
  // tsyringe reads `useClass` when it builds: only then is a thunk called.
  const registration: Registration = {
    provider: {
      get useClass() {
        return cls();
      },
    },
    options: { lifecycle },
  };
  return { registration, cls, transient, settled: () => registration.instance !== undefined };
}

/** Binds a token to the class that stands for it, which has one instance whoever asks for it by which name. */
export function boundAlias(cls: () => Class): Bound {
  const registration: Registration = {
    provider: {
      get useToken() {
        return cls();
      },
    },
    options: { lifecycle: tsyringe().Lifecycle.Transient },
  };
  return { registration, alias: cls, transient: false, settled: () => false };
}

/** Binds a value. tsyringe overlooks a `useValue` that is undefined or null, so it is a factory for it. */
export function boundValue(value: unknown): Bound {
  return { registration: transientOf({ useFactory: () => value }), transient: false, settled: () => true };
}

/** Binds what a factory makes, once for the run unless `transient`; a promise is waited for. */
export function boundFactory(factory: (graph: Graph) => unknown, making: Making, transient = false): Bound {
  const product = new Product(factory, making);
  const useFactory = (): unknown => (transient ? anew(factory, making) : product.get());
  return { registration: transientOf({ useFactory }), transient, settled: () => transient || product.made };
}

/** What a source in a list of providers comes to. */
export function boundSource(token: unknown, source: Source, making: Making): Bound {
  if ("useFactory" in source) return boundFactory(source.useFactory, making, source.scope === "transient");
  if (!("useClass" in source)) return boundValue(source.useValue);
  const cls = once(source.useClass);
  const transient = source.scope === "transient";
  if (transient || source.useClass === token) return boundClass(cls, transient);
  return boundAlias(cls);
}

const transientOf = (provider: object): Registration => ({
  provider,
  options: { lifecycle: tsyringe().Lifecycle.Transient },
});

const once = (classOrThunk: ClassOrThunk): (() => Class) => {
  let cls: Class | undefined;
  return () => (cls ??= classBehind(classOrThunk));
};

/** Makes another one; everybody who asks gets it at once, so there is no waiting. */
function anew(factory: (graph: Graph) => unknown, making: Making): unknown {
  const product = attempt(() => factory(making.graph()), making.path());
  if (isThenable(product)) {
    product.then(undefined, () => undefined);
    throw new AsyncTransientError(making.path());
  }
  making.built(product);
  return product;
}

/** What a factory makes, and how far it is. */
class Product {
  #outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;
  #pending: Promise<void> | undefined;

  constructor(
    readonly factory: (graph: Graph) => unknown,
    readonly making: Making,
  ) {}

  get made(): boolean {
    return this.#outcome !== undefined;
  }

  get(): unknown {
    const { making } = this;
    if (!this.#outcome && !this.#pending) this.#make(making.graph(), making.path());
    if (!this.#outcome) throw new NotReadyError(making.path(), this.#pending ?? Promise.resolve());
    if ("error" in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value;
  }

  #make(graph: Graph, path: string): void {
    const product = attempt(() => this.factory(graph), path);
    if (isThenable(product)) this.#pending = this.#settle(product, { graph, path });
    else this.#keep(product);
  }

  /** Waits; a factory that met something that isn't ready is called again once it is. */
  async #settle(first: PromiseLike<unknown>, { graph, path }: { graph: Graph; path: string }): Promise<void> {
    let product: unknown = first;
    while (!this.made) {
      try {
        this.#keep(await product);
      } catch (error) {
        if (!(error instanceof NotReadyError)) return void (this.#outcome = { error: asFault(error, path) });
        await error.pending;
        product = Promise.resolve().then(() => this.factory(graph));
      }
    }
  }

  #keep(value: unknown): void {
    this.#outcome = { value };
    this.making.built(value);
  }
}

/** Calls what a user wrote; what it throws gets the way there, unless it says itself what is wrong. */
export function attempt<T>(build: () => T, path: string): T {
  try {
    return build();
  } catch (error) {
    throw asFault(error, path);
  }
}

const asFault = (error: unknown, path: string): AppdError =>
  error instanceof AppdError ? error : new BuildError(path, error);

function isThenable(x: unknown): x is PromiseLike<unknown> {
  return typeof x === "object" && x !== null && typeof (x as { then?: unknown }).then === "function";
}

/** A registration of tsyringe's global container as this run sees it: the same, without its instance. */
export function boundCopy(
  key: unknown,
  { provider, options }: Registration,
  making: Making & { facade: unknown },
): Bound {
  const { useClass, useFactory } = provider as {
    useClass?: Class;
    useFactory?: (container: unknown) => unknown;
  };
  // Written for tsyringe, so it is given what looks like its container.
  if (useFactory) return boundFactory(() => useFactory(making.facade), making);
  if (!useClass) return { registration: { provider, options }, transient: false, settled: () => true };
  if (options.lifecycle === tsyringe().Lifecycle.ResolutionScoped)
    return {
      registration: { provider, options },
      cls: () => useClass,
      transient: true,
      settled: () => false,
    };
  return (useClass as AbstractClass) === key ? boundClass(() => useClass) : boundAlias(() => useClass);
}
