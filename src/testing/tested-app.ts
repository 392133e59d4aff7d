import type { AddressInfo } from "node:net";
import type { Container } from "../container/container";
import type { Token } from "../container/token";
import type { Application } from "../service/application";
import type { Finished } from "../service/application-run";
import type { IService } from "../service/i-service";
import { IServiceCollection } from "../service/i-service-collection";
import { NoAddressError, TestedAppError } from "./errors";

/** A service somewhere in a tree, and where it listens. */
interface Listening {
  readonly path: string;
  readonly name: string | undefined;
  readonly address: AddressInfo | string;
}

/** An application that a test has started. */
export class TestedApp<O = object> implements AsyncDisposable {
  readonly application: Application;
  /** The options as the command line left them. */
  readonly options: O;
  readonly #graph: Container;

  constructor(application: Application, { options, graph }: { options: O; graph: Container }) {
    this.application = application;
    this.options = options;
    this.#graph = graph;
  }

  /** What is bound to a token, or the one instance of a class. @throws GraphError */
  get<T>(token: Token<T>): T {
    return this.#graph.get(token);
  }

  /**
   * Where it listens: the first service of the tree that does, or the one that has the name or the path.
   *
   * @throws NoAddressError
   */
  address(service?: string): AddressInfo | string {
    const all = [...listening(this.application)];
    const found = all.find(({ name, path }) => service === undefined || service === name || service === path);
    if (found) return found.address;
    throw new NoAddressError(
      service ?? this.application.path,
      all.map(({ path }) => path),
    );
  }

  /** The number of the port of {@link address}. */
  port(service?: string): number {
    const address = this.address(service);
    if (typeof address === "object") return address.port;
    throw new NoAddressError(`${address} is no port: it`, []);
  }

  /** How it ended, once it has. */
  get finished(): Promise<Finished> {
    return this.application.finished;
  }

  /** Stops it as SIGTERM would, without a signal. @throws what its services failed with */
  async stop(): Promise<void> {
    await this.application.stop();
    const { error } = await this.finished;
    if (error !== undefined) throw error instanceof Error ? error : new TestedAppError(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function* listening(service: IService): Iterable<Listening> {
  const { address, path } = service as { address?: unknown; path?: string };
  const { name } = service;
  if (isAddress(address)) yield { path: path ?? name ?? service.constructor.name, name, address };
  if (service instanceof IServiceCollection) for (const child of service.services) yield* listening(child);
}

const isAddress = (x: unknown): x is AddressInfo | string =>
  typeof x === "string" || (typeof x === "object" && x !== null && "port" in x);
