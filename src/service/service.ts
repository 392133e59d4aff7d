/**
 * Services: things that start and stop, alone or in a tree, and the application at its root. What a service
 * serves, and the process that it lives in, are the business of other rooms.
 */
import { Implements } from "../interface/implements";
import { messageOf } from "../log/describe-error";
import type { Logger } from "../log/logger";
import { PathLogger } from "../log/path-logger";
import { Authored } from "./authored";
import type { Clock } from "./clock";
import { treeError } from "./errors";
import type { IServiceCollection } from "./i-service-collection";
import { IService } from "./i-service";
import { labelOf } from "./label";
import {
  AGAIN,
  INTERRUPT,
  LIFECYCLE,
  PENDING,
  UNDO,
  type Lifecycle,
  type ServiceState,
  type Subject,
} from "./lifecycle";
import { LEFT, LINK, pathOf, surroundingsOf, type Left } from "./surroundings";

/**
 * The base of services. Override any of the three phases; each may be asynchronous, and whatever you write there
 * runs once however often the phase is called. A phase of this class does nothing, so that `super` is optional.
 *
 * ```ts
 * class Heartbeat extends Service {
 *   #timer?: NodeJS.Timeout;
 *   override startService() { this.#timer = setInterval(() => this.log.info("alive"), 1000); }
 *   override stopService() { clearInterval(this.#timer); }
 * }
 * ```
 */
@Implements(IService)
export class Service implements IService {
  /** Milliseconds after which the signal of this service's own stop aborts; by default its parent's counts. */
  stopTimeout: number | undefined;
  readonly #authored: Authored;
  #name: string | undefined;
  #parent: IServiceCollection | undefined;
  #log: Logger | undefined;
  /** What it had before it left a tree: it still has it for as long as it takes to stop. */
  #left: Left | undefined;

  constructor() {
    this.#authored = new Authored(this);
  }

  get name(): string | undefined {
    return this.#name;
  }

  get parent(): IServiceCollection | undefined {
    return this.#parent;
  }

  get state(): ServiceState {
    return this.#authored.lifecycle.state;
  }

  get running(): boolean {
    return this.#authored.lifecycle.active;
  }

  /**
   * The names from the root down to here: `"myproject/web"`. A service without a name has the path of its parent;
   * where several in a collection have none, each goes by its class: `"myproject/TCPServer"`,
   * `"myproject/TCPServer-2"`.
   */
  get path(): string {
    return pathOf(this);
  }

  /** The application's logger; its lines carry the path of this service. Silent outside of an application. */
  get log(): Logger {
    return (this.#log ??= new PathLogger(
      () => surroundingsOf(this).logger,
      () => this.path,
    ));
  }

  /** The time that the application goes by. */
  protected get clock(): Clock {
    return surroundingsOf(this).clock;
  }

  /** @throws ServiceTreeError when it has a parent, which knows it by the name that it has. */
  setName(name: string): void {
    if (this.#parent)
      throw treeError(
        "APPD_SERVICE_HAS_PARENT",
        `${labelOf(this)} can't be renamed "${name}": it has a parent`,
      );
    this.#name = name;
  }

  /**
   * Joins `parent`, which starts it if it runs itself; leaves the parent that it has. If it can't join, it stays
   * where it is.
   *
   * @throws ServiceTreeError
   */
  setServiceParent(parent: IServiceCollection): void {
    parent.addService(this);
  }

  /** Leaves its parent, and is stopped if it runs. @throws ServiceTreeError when it has none. */
  disownServiceParent(): void | Promise<void> {
    if (!this.#parent) throw treeError("APPD_SERVICE_NO_PARENT", `${labelOf(this)} has no parent to leave`);
    return this.#parent.removeService(this);
  }

  /** The first pass: what needs privileges, such as binding a low port. */
  privilegedStartService(): void | Promise<void> {
    // For subclasses.
  }

  startService(): void | Promise<void> {
    // For subclasses.
  }

  /** Stops. At the deadline `signal` aborts: let go of what is left. It is always there when the tree calls. */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- subclasses override with it
  stopService(signal?: AbortSignal): void | Promise<void> {
    // For subclasses.
  }

  /**
   * What {@link describeTree} shows as the `details` of this service, as a server its address: something that JSON
   * can hold, known without waiting. Nothing by default.
   */
  describe(): object | undefined {
    return undefined;
  }

  /**
   * Reports a fault that came after the start and that the service can't live with: the application stops, and
   * ends with exit code 70.
   *
   * @throws UnheardFailure outside of an application
   */
  failed(error: unknown): void {
    surroundingsOf(this).failed(labelOf(this), error);
    this.log.error({ err: error }, `${labelOf(this)} failed: ${messageOf(error)}`);
  }

  /** @internal */
  get [LIFECYCLE](): Lifecycle {
    return this.#authored.lifecycle;
  }

  /** @internal */
  get [UNDO](): Subject["undo"] {
    return this.#authored.isWritten("privilegedStartService", Service.prototype) ? "entered" : "never";
  }

  /** @internal */
  [INTERRUPT](): void {
    // For services that can give up a start.
  }

  /** @internal */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- subclasses override with it
  [AGAIN](call: "start" | "stop"): void {
    // For services that have something to say to it.
  }

  /** @internal */
  get [PENDING](): Lifecycle | undefined {
    return undefined;
  }

  /** @internal */
  get [LEFT](): Left | undefined {
    return this.#authored.lifecycle.atRest ? undefined : this.#left;
  }

  /** @internal */
  [LINK](parent: IServiceCollection | undefined): void {
    this.#left = parent ? undefined : { path: this.path, surroundings: surroundingsOf(this) };
    this.#parent = parent;
  }
}
