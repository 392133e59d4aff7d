import { recordConstructorTypes } from "../metadata/metadata";
import { refuseStandardDecorator } from "../metadata/legacy-decorator";
import type { AbstractClass } from "../interface/record";
import type { InjectionToken } from "tsyringe";
import type { Class, Delayed, Token } from "./token";
import { tsyringe } from "./tsyringe";

/**
 * Marks a class whose constructor the container fills in. The compiler records the parameters' types only for
 * a class that has a decorator; any other decorator of appd on the class does as well. Registers it nowhere.
 */
export function injectable(): (target: AbstractClass, context?: never) => void {
  return (target, context) => {
    refuseStandardDecorator("injectable", context);
    tsyringe().injectable()(target as unknown as Class);
  };
}

/** Says of one parameter what it asks for: `constructor(@inject("port") port: number)`. */
export function inject(token: Token, options?: { readonly isOptional?: boolean }): ParameterDecorator {
  return tsyringe().inject(token as InjectionToken, options);
}

/** What makes of something that is asked for what is given. */
export interface Transform<T, R> {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each takes what its own decorator hands over
  transform(found: T, ...args: any[]): R;
}

/** Asks for what a transformer makes of what `token` stands for. For decorators of one's own. */
export function injectWithTransform<T>(
  token: Token<T>,
  transformer: Class<Transform<T, unknown>>,
  ...args: readonly unknown[]
): ParameterDecorator {
  return tsyringe().injectWithTransform(token as InjectionToken, transformer, ...args);
}

/**
 * Asks for a class that can't be named yet, because two classes ask for each other. What is given is a stand-in
 * that becomes the real object when it is first used: `constructor(@inject(delay(() => Db)) db: Db)`.
 */
export function delay<T>(wrap: () => AbstractClass<T>): Delayed<T> {
  return tsyringe().delay(wrap as () => Class<T>) as unknown as Delayed<T>;
}

/**
 * What `@injectable()` and `@inject(…)` say, said without decorators: each of `asks` is a token for the
 * constructor's parameter in that place. For JavaScript.
 */
export function describeInjectable<C extends AbstractClass>(target: C, asks: readonly Token[]): C {
  recordConstructorTypes(target, asks);
  tsyringe().injectable()(target as unknown as Class);
  return target;
}
