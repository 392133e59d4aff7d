import { Container } from "../container/container";
import type { Requester } from "../container/frame";
import type { Source } from "../container/provider";
import type { Token } from "../container/token";
import { classChain } from "../interface/record";
import type { Logger } from "../log/logger";
import { Logger as LoggerToken } from "../log/logger";
import { PathLogger } from "../log/path-logger";
import type { AnyClass } from "../metadata/metadata";
import { shapeOf } from "../options/options-shape";
import type { Application } from "../service/application";
import { IService } from "../service/i-service";
import { Shutdown } from "../service/shutdown";
import { surroundingsOf } from "../service/surroundings";
import type { IServiceMaker } from "./i-service-maker";
import { bindPortal } from "./portal-in-graph";
import { recipeOf } from "./recipe";

/** What a test puts in the place of what is bound. */
export type Override = readonly [token: Token, source: Source];

export interface GraphOptions {
  readonly application?: Application;
  readonly logger?: Logger | undefined;
  readonly overrides?: readonly Override[];
}

/** The container of one run of a maker, with all that anything in it may ask for but the options. */
export function graphFor(
  maker: IServiceMaker,
  { application, logger, overrides = [] }: GraphOptions,
): Container {
  const graph = new Container({
    where: `the providers of ${maker.tapname}`,
    disposes: (object) => !(object instanceof IService),
  });
  graph.bind(LoggerToken, {
    useFactory: ({ requestedBy }) =>
      loggerFor(requestedBy, { logger, path: application?.path ?? maker.tapname }),
    scope: "transient",
  });
  const path = (): string => application?.path ?? maker.tapname;
  bindPortal(graph, maker, {
    logger: new PathLogger(() => logger ?? surroundingsOf(application ?? {}).logger, path),
    clock: { now: () => surroundingsOf(application ?? {}).clock.now() },
  });
  if (application) graph.bind(Shutdown, { useValue: application.shutdown });
  for (const provider of recipeOf(maker).providers) graph.provide(provider);
  for (const [token, source] of overrides) graph.override(token, source);
  return graph;
}

/** Lets the graph ask for the options: by their class, and by those that it extends and that have options too. */
export function bindOptions(graph: Container, type: AnyClass<object>, options: object): void {
  for (const cls of classChain(type) as AnyClass<object>[]) {
    const { fields, subcommands } = shapeOf(cls);
    if (cls === type || fields.length + subcommands.length > 0) graph.bind(cls, { useValue: options });
  }
}

/** A logger with the path of the service that asks for it, or on whose behalf it is asked for. */
function loggerFor(
  requester: Requester | undefined,
  { logger, path }: { logger: Logger | undefined; path: string },
): Logger {
  const service = (): ServiceOnPath | undefined => serviceBehind(requester);
  return new PathLogger(
    () => logger ?? surroundingsOf(service() ?? {}).logger,
    () => service()?.path ?? path,
  );
}

/** Another copy's service has a path too. */
type ServiceOnPath = IService & { readonly path: string };

function serviceBehind(requester: Requester | undefined): ServiceOnPath | undefined {
  for (let at = requester; at; at = at.requestedBy) if (isServiceOnPath(at.instance)) return at.instance;
  return undefined;
}

const isServiceOnPath = (x: unknown): x is ServiceOnPath =>
  x instanceof IService && "path" in x && typeof x.path === "string";
