import { parametersOf } from "../container/parameters";
import { injectable } from "../container/injectable";
import type { Container } from "../container/container";
import { classBehind, identify, isThunk, type Class, type ClassOrThunk } from "../container/token";
import { Portal } from "../cred/portal";
import { Logger } from "../log/logger";
import type { AnyClass } from "../metadata/metadata";
import { refuseStandardDecorator } from "../metadata/legacy-decorator";
import { refuseOwnVariables } from "../options/environment";
import { shapeOf, type OptionsShape } from "../options/options-shape";
import { presentAs, presentedBy } from "../plugin/presented";
import { Shutdown } from "../service/shutdown";
import { checkDetails } from "./check-details";
import { DeclaredMaker } from "./declared-maker";
import { MakerDeclarationError } from "./errors";
import type { Made, MakerDetails, OptionsOf } from "./maker-details";
import { realmProviders, refuseClosedPortal } from "./portal-in-graph";
import type { Recipe } from "./recipe";

/**
 * Declares a class as the maker of a service: `appd TAPNAME` builds it, and runs what its `makeService` gives.
 * Its options are its own fields, or those of `details.options`; with the latter its constructor may ask for
 * anything that the container can build.
 *
 * ```ts
 * @ServiceMaker("myproject", "Run this!")
 * export class MyProject {
 *   @Parameter("The port number to listen on.", { short: "p" }) port = 1235;
 *   makeService(): IService {
 *     return new TCPServer(this.port, greet);
 *   }
 * }
 * ```
 *
 * @throws MakerDeclarationError
 */
export function ServiceMaker<const D extends MakerDetails = object>(
  tapname: string,
  description: string,
  details?: D,
): <M extends { makeService: (options: OptionsOf<D, M>) => Made }>(
  target: new (...args: never[]) => M,
  context?: never,
) => void {
  return (target, context) => {
    refuseStandardDecorator("ServiceMaker", context);
    const cls = target as unknown as Class<MakerInstance>;
    const said: MakerDetails = details ?? {};
    const where = `@ServiceMaker on ${cls.name}`;
    refuseSecond(where, cls);
    checkDetails(where, said);
    const declare = said.options ? withOptionsClass(cls, said, said.options) : withOwnOptions(cls, said);
    const recipe = {
      providers: [...realmProviders(said.realm), ...(said.providers ?? [])],
      ...declare.recipe,
    };
    const maker = new DeclaredMaker(where, {
      tapname,
      description,
      ...said,
      ...declare,
      recipe,
    });
    if (!said.options) refuseOwnVariables(tapname, maker.options);
    injectable()(cls);
    presentAs(cls, maker);
  };
}

/** A class is one command: a second name would silently take the place of the first. */
function refuseSecond(where: string, cls: Class): void {
  const first = presentedBy(cls);
  if (!(first instanceof DeclaredMaker)) return;
  throw new MakerDeclarationError(
    where,
    `it is a maker already, of "${first.tapname}"; for another command say it on a subclass`,
  );
}

interface MakerInstance {
  makeService(options: object): Made;
}

interface Declared {
  readonly shape: () => OptionsShape;
  readonly recipe: Omit<Recipe, "providers">;
}

/** The maker is built first, filled with the options, and makes the service. */
function withOwnOptions(cls: Class<MakerInstance>, said: MakerDetails): Declared {
  const shape = shapeOf<MakerInstance>(cls);
  if (isEmpty(shape)) return withoutOptions(cls, said);
  refuseAskingForMore(cls);
  refuseClosedPortal(cls.name, { asks: asksOf(cls), ...said, options: cls });
  const create = (graph: Container): Promise<MakerInstance> => graph.prepare(cls);
  return {
    shape: () => shape,
    recipe: { create, make: async (_graph, options) => call(cls, options, options) },
  };
}

/** There is nothing to fill in: the maker is built with the rest of the graph. */
function withoutOptions(cls: Class<MakerInstance>, said: MakerDetails): Declared {
  refuseClosedPortal(cls.name, { asks: asksOf(cls), ...said, options: cls });
  const make = async (graph: Container): Promise<unknown> => {
    const maker = await graph.prepare(cls);
    return call(cls, maker, maker);
  };
  return { shape: () => shapeOf(NoOptions), recipe: { create: () => new NoOptions(), make } };
}

/** The options are built and filled, then the graph, the maker in it. */
function withOptionsClass(
  cls: Class<MakerInstance>,
  said: MakerDetails,
  options: ClassOrThunk<object>,
): Declared {
  if (!isEmpty(shapeOf(cls)))
    throw new MakerDeclarationError(
      cls.name,
      "it has options in its own fields and in an options class; keep one of both",
    );
  const there = isThunk(options) ? undefined : classBehind(options);
  refuseClosedPortal(cls.name, { asks: asksOf(cls), ...said, options: there });
  return {
    shape: () => shapeOf(withoutArguments(classBehind(options), cls)),
    recipe: {
      create: () => Reflect.construct<[], object>(classBehind(options), []),
      make: async (graph, given) => call(cls, await graph.prepare(cls), given),
    },
  };
}

class NoOptions {}

const isEmpty = ({ fields, subcommands }: OptionsShape): boolean =>
  fields.length === 0 && subcommands.length === 0;

function call(cls: Class, maker: object, options: object): Made {
  const { makeService } = maker as Partial<MakerInstance>;
  if (typeof makeService !== "function")
    throw new MakerDeclarationError(cls.name, "it has no method makeService");
  return makeService.call(maker, options);
}

function withoutArguments(options: Class<object>, maker: Class): AnyClass<object> {
  if (options.length === 0) return options;
  throw new MakerDeclarationError(
    maker.name,
    `its options class ${options.name} takes constructor arguments; options are built without any`,
  );
}

/** What is wrong with a constructor is told when it is called, with the way there. */
function asksOf(cls: Class): unknown[] {
  try {
    return parametersOf(cls, cls.name).map(({ token }) => token);
  } catch {
    return [];
  }
}

/** Whatever does nothing until the options stand. */
const HARMLESS: readonly AnyClass[] = [Logger, Shutdown, Portal];

/** What a constructor asks for is built before the options are read, for the help as well. */
function refuseAskingForMore(cls: Class): void {
  const allowed = new Set(HARMLESS.map((token) => identify(token)?.key));
  for (const { token } of parametersOf(cls, cls.name)) {
    const asked = identify(token);
    if (asked && allowed.has(asked.key)) continue;
    throw new MakerDeclarationError(
      cls.name,
      `it has options in its own fields, so its constructor may ask for Logger, Shutdown and Portal only, not for ${asked?.label ?? "more"}; ` +
        `give the options a class of their own: { options: ${cls.name}Options }`,
    );
  }
}
