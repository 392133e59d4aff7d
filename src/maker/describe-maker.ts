import { describeInjectable } from "../container/injectable";
import {
  classBehind,
  isThunk,
  type Class,
  type ClassOrThunk,
  type Delayed,
  type Token,
} from "../container/token";
import type { AbstractClass } from "../interface/record";
import { describeOptions, type Described, type DescribedOptions } from "../options/describe-options";
import { shapeOf, type OptionsShape } from "../options/options-shape";
import { refuseOwnVariables } from "../options/environment";
import { presentAs } from "../plugin/presented";
import { checkDetails } from "./check-details";
import { DeclaredMaker } from "./declared-maker";
import { MakerDeclarationError } from "./errors";
import type { IServiceMaker } from "./i-service-maker";
import type { Made, MakerDetails } from "./maker-details";
import { realmProviders, refuseClosedPortal } from "./portal-in-graph";

/** Options as plain data, as a class, or as what `describeOptions` gives. */
export type OptionsInput = DescribedOptions | OptionsShape | ClassOrThunk<object>;

/** What an options object of that kind holds. */
export type OptionsFrom<X> =
  X extends OptionsShape<infer O> ? O : X extends ClassOrThunk<infer O> ? O : Described<X>;

/** What `inject` comes to: what each token stands for, under the same name. */
export type Injected<I> = {
  readonly [K in keyof I]: I[K] extends AbstractClass<infer T> | Delayed<infer T> ? T : unknown;
};

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- that is what no options come to
type Nothing = Readonly<Record<never, never>>;

/** A maker as plain data. */
export interface MakerDescription<X, I> extends Omit<MakerDetails, "options"> {
  readonly tapname: string;
  readonly description: string;
  readonly options?: X;
  /** What `makeService` needs besides the options, by the names that it wants them under. */
  readonly inject?: I;
  /** Makes the service, not yet started. */
  readonly makeService: (options: OptionsFrom<X>, injected: Injected<I>) => Made;
}

/**
 * What `@ServiceMaker` says, said without decorators. It is how JavaScript writes a plugin; export what it gives.
 *
 * ```js
 * module.exports = describeMaker({
 *   tapname: "myproject",
 *   description: "Run this! It'll make your dog happy.",
 *   options: { port: { help: "The port number to listen on.", short: "p", default: 1235 } },
 *   inject: { db: Db },
 *   makeService: (options, { db }) => new TCPServer(options.port, (socket) => db.answer(socket)),
 * });
 * ```
 *
 * @throws MakerDeclarationError, OptionDeclarationError
 */
export function describeMaker<
  const X extends OptionsInput = Nothing,
  const I extends Readonly<Record<string, Token>> = Nothing,
>(description: MakerDescription<X, I>): IServiceMaker<OptionsFrom<X> & object> {
  const { options, inject = {}, realm, providers = [], makeService, ...names } = description;
  const where = `describeMaker ${JSON.stringify(names.tapname)}`;
  checkDetails(where, description, ["tapname", "description", "inject", "makeService"]);
  if (typeof makeService !== "function") throw new MakerDeclarationError(where, "it has no makeService");
  const shape = shapeBehind(options ?? {});
  const there = typeof options === "function" && isThunk(options) ? undefined : shape().type;
  refuseClosedPortal(where, { asks: Object.values(inject), realm, providers, options: there });
  const asks = askingFor(inject, names.tapname);
  const recipe = {
    providers: [...realmProviders(realm), ...providers],
    create: () => shape().create(),
    make: async (graph: { prepare<T>(token: Token<T>): Promise<T> }, given: object) => {
      const { injected } = await graph.prepare(asks);
      return makeService.call(description, given as OptionsFrom<X>, injected as Injected<I>);
    },
  };
  const maker = new DeclaredMaker(where, { ...names, shape, recipe });
  if (typeof options !== "function") refuseOwnVariables(maker.tapname, maker.options);
  presentAs(maker, maker);
  return maker as unknown as IServiceMaker<OptionsFrom<X> & object>;
}

/** Plain data is looked at now, so that its faults are told now; a class may be a thunk that waits. */
function shapeBehind(options: OptionsInput): () => OptionsShape {
  if (typeof options === "function") return () => shapeOf(classBehind<object>(options));
  const shape = isShape(options) ? options : describeOptions(options);
  return () => shape;
}

const isShape = (options: object): options is OptionsShape =>
  "create" in options && typeof options.create === "function";

/** A class in the graph that stands for the maker, so that errors say on which way they came. */
function askingFor(
  inject: Readonly<Record<string, Token>>,
  tapname: string,
): Class<{ readonly injected: object }> {
  const names = Object.keys(inject);
  class Asking {
    readonly injected: object;
    constructor(...given: unknown[]) {
      this.injected = Object.fromEntries(names.map((name, index) => [name, given[index]]));
    }
  }
  Object.defineProperty(Asking, "name", { value: tapname });
  return describeInjectable(Asking, Object.values(inject));
}
