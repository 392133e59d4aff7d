import { SoftwareError, type ErrorCode } from "../base/errors";
import { messageOf } from "../log/describe-error";

/** What is wrong with the graph, and where. */
export interface GraphProblem {
  readonly code: ErrorCode;
  /** The way from what was asked for: `MyServer → Portal`. */
  readonly path: string;
  readonly problem: string;
  readonly cause?: unknown;
}

/** Something in the graph can't be built. The message starts with the way from what was asked for. */
export class GraphError extends SoftwareError {
  readonly path: string;

  constructor({ code, path, problem, ...options }: GraphProblem) {
    super(code, path === "" ? problem : `${path}: ${problem}`, options);
    this.path = path;
  }
}

/** Two or more classes ask for each other. */
export class CycleError extends GraphError {
  constructor(path: string, label: string) {
    super({
      code: "APPD_CYCLE",
      path,
      problem: `circular dependency; let one of them ask with @inject(delay(() => ${label})), or take out what both need`,
    });
  }
}

/** Nothing is bound to a token that can't be built by itself. */
export class NothingProvidesError extends GraphError {
  constructor(path: string, label: string, advice: string) {
    super({ code: "APPD_NOTHING_PROVIDES", path, problem: `nothing provides ${label}; ${advice}` });
  }
}

/** Several classes in `providers` implement the interface that is asked for. */
export class AmbiguousError extends GraphError {
  constructor(path: string, label: string, names: readonly string[]) {
    super({
      code: "APPD_AMBIGUOUS",
      path,
      problem: `${names.join(" and ")} provide ${label}; say which: { token: ${label}, useClass: ${names[0] ?? "…"} }`,
    });
  }
}

/** What a constructor's parameter asks for isn't known or can't be built. */
export class ParameterError extends GraphError {}

/** A constructor or a factory threw; what it threw is the `cause`. */
export class BuildError extends GraphError {
  constructor(path: string, thrown: unknown) {
    super({ code: "APPD_NOT_BUILT", path, problem: `can't be built: ${messageOf(thrown)}`, cause: thrown });
  }
}

/** Something made by an async factory is asked for where nobody can wait. */
export class NotReadyError extends GraphError {
  constructor(
    path: string,
    /** Settles when it is worth to ask again. Never rejects. */
    readonly pending: Promise<unknown>,
  ) {
    super({
      code: "APPD_ASYNC_FACTORY",
      path,
      problem: "is made by an async factory and isn't ready; await prepare(…) of the container",
    });
  }
}

/** A factory that makes another one for everybody who asks gave a promise. */
export class AsyncTransientError extends GraphError {
  constructor(path: string) {
    super({
      code: "APPD_ASYNC_TRANSIENT",
      path,
      problem: 'a factory with scope "transient" can\'t be async; leave the scope out',
    });
  }
}

/** The container was asked after its end. */
export class DisposedError extends GraphError {
  constructor(label: string) {
    super({
      code: "APPD_DISPOSED",
      path: label,
      problem: "the container was disposed of; it builds nothing any more",
    });
  }
}

/** An object failed to let go of what it holds. */
export class DisposeError extends SoftwareError {
  constructor(object: object, thrown: unknown) {
    super("APPD_DISPOSE", `${object.constructor.name} can't be disposed of: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

/** The tsyringe at hand lacks what the container relies on. */
export class UnknownTsyringeError extends SoftwareError {
  constructor(missing: string) {
    super(
      "APPD_UNKNOWN_TSYRINGE",
      `this tsyringe is not one that appd knows (no ${missing}); it needs tsyringe 4.10`,
    );
  }
}
