/**
 * The harness that users' tests import: a maker, started in this process as `appd` would start it, with what the
 * test puts in the place of the real things. Every app has a container of its own and touches nothing global.
 */
import type { Source } from "../container/provider";
import type { Token } from "../container/token";
import type { Logger } from "../log/logger";
import { assemble } from "../maker/assemble";
import type { Override } from "../maker/graph";
import { IServiceMaker } from "../maker/i-service-maker";
import { provides } from "../interface/implements";
import { presentedBy } from "../plugin/presented";
import type { Clock } from "../service/clock";
import { NoMakerError, NothingToStartError } from "./errors";
import { TestedApp } from "./tested-app";

/** A class with `@ServiceMaker`. */
export type MakerClass = abstract new (...args: never[]) => { makeService: (options: never) => unknown };

/** The options of a maker: what its `makeService` takes, or the maker itself where that takes nothing. */
export type OptionsIn<M> =
  M extends IServiceMaker<infer O>
    ? O
    : M extends abstract new (...args: never[]) => infer T
      ? T extends { makeService: () => unknown }
        ? T
        : T extends { makeService: (options: infer O) => unknown }
          ? O
          : never
      : never;

export interface TestSettings {
  /** Variables that options may come from; none of this process by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where the services write to; nowhere by default. */
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Milliseconds, as for an `Application`. */
  readonly startTimeout?: number;
  readonly stopTimeout?: number;
}

/** A maker with its command line, not yet started. */
export class TestedMaker<O> {
  readonly #maker: IServiceMaker;
  readonly #argv: readonly string[];
  readonly #settings: TestSettings;
  readonly #overrides: Override[] = [];

  constructor(maker: IServiceMaker, argv: readonly string[], settings: TestSettings) {
    this.#maker = maker;
    this.#argv = argv;
    this.#settings = settings;
  }

  /** Puts something in the place of what the maker binds to `token`, or of a class. */
  override<T>(token: Token<T>, source: Source<NoInfer<T>>): this {
    this.#overrides.push([token, source]);
    return this;
  }

  /**
   * Reads the command line, builds the graph, makes the service, starts it.
   *
   * @throws whatever `appd` would report
   */
  async start(): Promise<TestedApp<O>> {
    const { environment = {}, ...settings } = this.#settings;
    const { tapname } = this.#maker;
    const assembled = await assemble(this.#maker, {
      line: { command: tapname, argv: this.#argv, environment },
      overrides: this.#overrides,
      // Its clients are the test's own: no request is on its way that would be lost.
      idleGrace: 0,
      ...settings,
    });
    if (assembled.kind !== "application") throw new NothingToStartError(tapname, assembled.kind);
    const { application, graph, options } = assembled;
    await application.start();
    return new TestedApp(application, { graph, options: options as O });
  }
}

/**
 * Prepares a maker for a test.
 *
 * ```ts
 * await using app = await testMaker(MyProject, ["-p", "0"]).override(IClock, { useValue: clock }).start();
 * const socket = connect(app.port());
 * ```
 *
 * @throws NoMakerError
 */
export function testMaker<M extends MakerClass | IServiceMaker>(
  maker: M,
  argv: readonly string[] = [],
  settings: TestSettings = {},
): TestedMaker<OptionsIn<M>> {
  const described = presentedBy(maker) ?? maker;
  if (!provides<IServiceMaker>(described, IServiceMaker))
    throw new NoMakerError(typeof maker === "function" ? maker.name : "the object");
  return new TestedMaker(described, argv, settings);
}
