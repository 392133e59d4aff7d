/**
 * The object graph of one run: what is bound to what, one instance of a class, built in the order of who needs
 * whom. A child of tsyringe's container does the work; nothing else in appd knows tsyringe. What is done with
 * the objects, such as starting a service, is not known here: `onBuilt` tells who wants to know.
 */
import "../metadata/metadata";
import { Bindings } from "./bindings";
import { attempt, boundCopy, boundSource, type Bound, type Making } from "./bound";
import { childOfRoot, type Child } from "./child";
import { disposeAll, isDisposable } from "./dispose";
import { CycleError, DisposedError, NotReadyError, ParameterError } from "./errors";
import { Frame, pathTo } from "./frame";
import { parametersOf, type Parameter } from "./parameters";
import type { Graph, Provider, Source } from "./provider";
import { classBehind, identify, isDelayed, type Class, type Identity, type Key, type Token } from "./token";

/** Called with every object that is built, what it needs before it. */
export type BuiltListener = (object: object) => void;

export interface ContainerOptions {
  /** Where people write what is bound, for messages; `"providers"` by default. */
  readonly where?: string;
  /** Whether an object that was built is the container's to dispose of; every one is, by default. */
  readonly disposes?: (object: object) => boolean;
}

/** How something is asked for. */
interface Asking {
  readonly context?: unknown;
  readonly optional?: boolean | undefined;
  /** Everything that is bound to the token, as an array. */
  readonly all?: boolean;
}

/** Builds objects and what they ask for in their constructors; one instance of a class. */
export class Container {
  readonly #child: Child;
  readonly #bindings: Bindings;
  readonly #built = new Set<object>();
  readonly #listeners: BuiltListener[] = [];
  readonly #making: Making;
  readonly #disposes: (object: object) => boolean;
  #top: Frame | undefined;
  #disposed = false;

  constructor(options: ContainerOptions = {}) {
    this.#making = {
      graph: () => this.#graph(),
      path: () => pathTo(this.#top),
      built: (product) => this.#tell(product),
    };
    this.#child = childOfRoot({
      resolve: (token, context, optional) => this.#resolve(token, { context, optional }),
      resolveAll: (token, context, optional) => this.#resolve(token, { context, optional, all: true }),
      isRegistered: (token) => this.#bindings.has(token),
      registrations: (key) => this.#bindings.of(key as Key).map(({ registration }) => registration),
      construct: (cls, context) => this.#construct(cls, context),
    });
    this.#disposes = options.disposes ?? (() => true);
    this.#bindings = new Bindings(options.where ?? "providers", ({ key, token }) => this.#copies(key, token));
  }

  /** Says where what a token asks for comes from. Bound again, the later counts; `@injectAll` gets both. */
  bind<T>(token: Token<T>, source: Source<T>): this {
    this.#bindings.add(this.#identify(token), boundSource(token, source, this.#making));
    return this;
  }

  /** As {@link bind}, in place of all that is bound to the token. */
  override<T>(token: Token<T>, source: Source<T>): this {
    this.#bindings.remove(this.#identify(token));
    return this.bind(token, source);
  }

  /** Takes one entry of `providers`. A class alone stands for each interface that nothing else is bound to. */
  provide(provider: Provider): this {
    if (typeof provider === "object") return this.bind(provider.token, provider);
    this.#bindings.offer(() => classBehind(provider));
    return this;
  }

  /** Whether anything is bound to a token, or can be: whether {@link get} has where to begin. */
  provides(token: Token): boolean {
    return this.#bindings.find(this.#identify(token)).length > 0;
  }

  /**
   * What a token asks for, built now if it isn't there. Throws for what an async factory still makes.
   *
   * @throws GraphError with the way to what can't be built
   */
  get<T>(token: Token<T>): T {
    return this.#resolve(token, {}) as T;
  }

  /**
   * As {@link get}, with everything it needs: async factories are waited for, one after the other, and whatever
   * is only asked for by `delay()` is built too.
   *
   * @throws GraphError with the way to what can't be built
   */
  async prepare<T>(token: Token<T>): Promise<T> {
    const wanted = new Set<unknown>([token]);
    // Whatever is met behind a delay joins the end of the set while it is walked.
    for (const next of wanted) await this.#ready({ token: next }, undefined, wanted);
    return this.get(token);
  }

  /** Tells of every object that is built from now on. Not of values: they are their owner's. */
  onBuilt(listener: BuiltListener): void {
    this.#listeners.push(listener);
  }

  /** Whether anything was built that {@link dispose} has something to do for. */
  get holds(): boolean {
    return this.#held().some(isDisposable);
  }

  /** Disposes of what was built (`Symbol.asyncDispose`, `Symbol.dispose`, `dispose`), the last built first. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await disposeAll(this.#held());
  }

  #held(): object[] {
    return [...this.#built].filter((object) => this.#disposes(object));
  }

  #resolve(token: unknown, { context, optional, all = false }: Asking): unknown {
    if (isDelayed(token)) return token.createProxy((target) => this.#resolve(target, {}));
    const identity = this.#identify(token);
    if (this.#disposed) throw new DisposedError(identity.label);
    if (this.#bindings.find(identity).length === 0) {
      if (optional) return all ? [] : undefined;
      throw this.#bindings.missing(identity, pathTo(this.#top, identity.label));
    }
    const { key, label } = identity;
    if (this.#top?.has(key)) throw new CycleError(pathTo(this.#top, label), label);
    return this.#within(new Frame(key, label, this.#top), () =>
      all ? this.#child.resolveAll(key, context, optional) : this.#child.resolve(key, context, optional),
    );
  }

  #construct(cls: Class, context: unknown): unknown {
    const path = pathTo(this.#top);
    const args = parametersOf(cls, path).map((parameter) => this.#argument(parameter, context));
    const object = attempt(() => new cls(...(args as never[])), path);
    this.#tell(object);
    return object;
  }

  #argument({ token, optional, multiple, transform }: Parameter, context: unknown): unknown {
    const value = this.#resolve(token, { context, optional, all: multiple });
    if (!transform) return value;
    const transformer = this.#resolve(transform.token, { context }) as {
      transform(...args: unknown[]): unknown;
    };
    return transformer.transform(value, ...transform.args);
  }

  /** Builds what a parameter asks for, dependencies first, waiting wherever a factory is async. */
  async #ready(
    asked: Pick<Parameter, "token"> & Partial<Parameter>,
    by: Frame | undefined,
    wanted: Set<unknown>,
  ): Promise<void> {
    const { token } = asked;
    if (isDelayed(token)) return void wanted.add(attempt(() => token.wrap(), pathTo(by)));
    const identity = identify(token);
    if (!identity || by?.has(identity.key)) return;
    const all = this.#bindings.find(identity);
    const bounds = asked.multiple ? all : all.slice(-1);
    const open = bounds.filter((bound) => !bound.settled());
    if (open.length === 0 && bounds.length > 0) return;
    const frame = new Frame(identity.key, identity.label, by);
    for (const next of open.flatMap(dependencies)) await this.#ready(next, frame, wanted);
    if (bounds.length > 0 && bounds.every((bound) => bound.transient)) return;
    frame.instance = await this.#whenReady(() =>
      this.#at(by, () => this.#resolve(token, { optional: asked.optional, all: asked.multiple ?? false })),
    );
  }

  async #whenReady(build: () => unknown): Promise<unknown> {
    for (;;) {
      try {
        return build();
      } catch (error) {
        if (!(error instanceof NotReadyError)) throw error;
        await error.pending;
      }
    }
  }

  /** What tsyringe's global container has for it, as this run sees it. */
  #copies(key: Key, token: unknown): Bound[] {
    const making = { ...this.#making, facade: this.#child.facade };
    return this.#child.globals(token).map((registration) => boundCopy(key, registration, making));
  }

  #identify(token: unknown): Identity {
    const identity = identify(token);
    if (identity) return identity;
    const problem = `a ${typeof token} can't be asked for; only a class, an interface, a string or a symbol can`;
    throw new ParameterError({ code: "APPD_NO_TOKEN", path: pathTo(this.#top), problem });
  }

  #graph(): Graph {
    const frame = this.#top;
    return {
      requestedBy: frame?.requestedBy,
      resolve: <T>(token: Token<T>) => this.#at(frame, () => this.#resolve(token, {})) as T,
    };
  }

  #tell(product: unknown): void {
    if (typeof product !== "object" || product === null || this.#built.has(product)) return;
    this.#built.add(product);
    for (const listener of this.#listeners) listener(product);
  }

  /** Everything asked for while `build` runs is asked for by `frame`. */
  #within(frame: Frame, build: () => unknown): unknown {
    return this.#at(frame, () => (frame.instance = build()));
  }

  #at(frame: Frame | undefined, build: () => unknown): unknown {
    const before = this.#top;
    this.#top = frame;
    try {
      return build();
    } finally {
      this.#top = before;
    }
  }
}

/** What is to be ready before something is built; what is wrong with it is told when it is. */
function dependencies({ alias, cls }: Bound): (Pick<Parameter, "token"> & Partial<Parameter>)[] {
  if (alias) return [{ token: alias() }];
  if (!cls) return [];
  try {
    return parametersOf(cls(), "").flatMap((parameter) =>
      parameter.transform ? [parameter, { token: parameter.transform.token }] : [parameter],
    );
  } catch {
    return [];
  }
}
