import { Implements } from "../interface/implements";
import { messageOf, StartCancelled, StopErrors, treeError } from "./errors";
import { Foreign } from "./foreign";
import { IServiceCollection } from "./i-service-collection";
import { IService } from "./i-service";
import type { Lifecycle, Subject } from "./lifecycle";
import { labelOf, LIFECYCLE, PENDING, Service, UNDO } from "./service";
import { LINK } from "./surroundings";

/** What a collection calls on a child: the child itself, or what stands before it. */
type Driven = Pick<IService, "privilegedStartService" | "startService" | "stopService"> & {
  readonly [LIFECYCLE]: Lifecycle;
};

/**
 * A service made of services. They start in the order in which they were added, each when the one before it has
 * started, and stop in reverse. If one fails to start, those that had begun are stopped again and the error is
 * thrown; one that fails to stop keeps no other from it.
 *
 * A child that is added while the collection runs is started at once, and leaves again if it fails; while the
 * collection is starting, it is started in its turn.
 */
@Implements(IServiceCollection)
export class MultiService extends Service implements IServiceCollection {
  readonly #children = new Map<IService, Driven>();
  readonly #named = new Map<string, IService>();
  #services: readonly IService[] | undefined;
  #pending: Lifecycle | undefined;
  /** Whether a child that is added now has to be started by whoever adds it. */
  #open = false;

  get services(): readonly IService[] {
    return (this.#services ??= Object.freeze([...this.#children.keys()]));
  }

  get namedServices(): ReadonlyMap<string, IService> {
    return this.#named;
  }

  [Symbol.iterator](): Iterator<IService> {
    return this.#children.keys();
  }

  /**
   * Takes a service in; it leaves the parent that it had. If this collection runs, the service is started: ask
   * `await service.startService()` what came of it. One that fails is logged, and is not in here any more.
   *
   * @throws ServiceTreeError when the name is taken, or when the service is this one or has it inside; nothing
   *   has changed then
   */
  addService(service: IService): void {
    if (this.#children.has(service)) return;
    this.#refuse(service);
    void Promise.resolve(service.parent?.removeService(service)).catch(logged);
    const driven = service instanceof Service ? service : new Foreign(service);
    this.#children.set(service, driven);
    if (service.name !== undefined) this.#named.set(service.name, service);
    this.#services = undefined;
    link(service, this);
    if (this.#open) void this.#startLate(service, driven);
  }

  /**
   * Lets a service go. The promise, where there is one, is of its stop.
   *
   * @throws ServiceTreeError when it is not in here
   */
  removeService(service: IService): void | Promise<void> {
    const driven = this.#children.get(service);
    if (!driven) throw treeError("APPD_SERVICE_UNKNOWN", `${labelOf(service)} is not in ${labelOf(this)}`);
    this.#children.delete(service);
    if (service.name !== undefined) this.#named.delete(service.name);
    this.#services = undefined;
    link(service, undefined);
    if (!driven[LIFECYCLE].atRest) return driven.stopService();
  }

  getServiceNamed(name: string): IService {
    const found = this.#named.get(name);
    if (found) return found;
    throw treeError("APPD_SERVICE_UNKNOWN", `${labelOf(this)} has no service named "${name}"`);
  }

  override async privilegedStartService(): Promise<void> {
    await this.#inTurn((child) => child.privilegedStartService());
  }

  override async startService(): Promise<void> {
    await this.#inTurn((child) => child.startService());
    this.#open = true;
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    this.#open = false;
    const errors: unknown[] = [];
    for (const child of [...this.#children.values()].reverse()) {
      try {
        await this.#drive(child, () => child.stopService(signal ?? this[LIFECYCLE].signal));
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new StopErrors(errors);
  }

  /** @internal */
  override get [UNDO](): Subject["undo"] {
    return "always";
  }

  /** @internal */
  override get [PENDING](): Lifecycle | undefined {
    return this.#pending;
  }

  #isStarting(): boolean {
    return this.state === "starting";
  }

  async #inTurn(phase: (child: Driven) => void | Promise<void>): Promise<void> {
    // A Map yields what is added while one goes through it: whoever joins now has his turn.
    for (const [service, child] of this.#children) {
      if (!this.#isStarting()) throw new StartCancelled(labelOf(this));
      try {
        await this.#drive(child, () => phase(child));
      } catch (error) {
        // It left, or was stopped, on its own: no reason for the others not to start.
        const left = this.#children.get(service) !== child || error instanceof StartCancelled;
        if (!left || !this.#isStarting()) throw error;
      }
    }
  }

  async #drive(child: Driven, phase: () => void | Promise<void>): Promise<void> {
    this.#pending = child[LIFECYCLE];
    try {
      await phase();
    } finally {
      this.#pending = undefined;
    }
  }

  async #startLate(service: IService, driven: Driven): Promise<void> {
    try {
      await driven.startService();
    } catch (error) {
      if (this.#children.get(service) !== driven) return;
      this.log.error(
        { err: error },
        `${labelOf(service)} was added, but failed to start: ${messageOf(error)}`,
      );
      await Promise.resolve(this.removeService(service)).catch(logged);
    }
  }

  #refuse(service: IService): void {
    const { name } = service;
    if (name !== undefined && this.#named.has(name))
      throw treeError("APPD_SERVICE_NAME_TAKEN", `${labelOf(this)} already has a service named "${name}"`);
    // Only what has something inside can have this collection inside.
    if (service !== this && !(service instanceof MultiService && service.#children.size > 0)) return;
    if (service === this || isAbove(service, this))
      throw treeError(
        "APPD_SERVICE_CYCLE",
        `${labelOf(service)} can't be put into itself (${labelOf(this)})`,
      );
  }
}

function isAbove(service: IService, collection: IService): boolean {
  for (let at = collection.parent; at; at = (at as Partial<IService>).parent) {
    if ((at as unknown) === service) return true;
  }
  return false;
}

/** A service logs for itself that it failed to stop. */
const logged = (): void => undefined;

/** Tells a service who its parent is. */
function link(service: IService, parent: IServiceCollection | undefined): void {
  const linked = service as IService & { [LINK]?: (parent: IServiceCollection | undefined) => void };
  if (linked[LINK]) linked[LINK](parent);
  else (service as { parent: IServiceCollection | undefined }).parent = parent;
}
