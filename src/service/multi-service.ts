import { didYouMean } from "../base/suggest";
import { messageOf } from "../log/describe-error";
import { Implements } from "../interface/implements";
import { NoServiceError, StartCancelled, StopErrors, treeError } from "./errors";
import { Foreign } from "./foreign";
import { IServiceCollection } from "./i-service-collection";
import { IService } from "./i-service";
import { labelOf } from "./label";
import { LIFECYCLE, PENDING, UNDO, type Lifecycle, type Subject } from "./lifecycle";
import { Segments } from "./segments";
import { Service } from "./service";
import { LINK, SEGMENT, surroundingsOf } from "./surroundings";

/** What has the life of a child: the child itself, or what stands before it. */
interface Living {
  readonly [LIFECYCLE]: Lifecycle;
}

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
  readonly #children = new Map<IService, Living>();
  readonly #named = new Map<string, IService>();
  readonly #segments = new Segments();
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
    link(service, this);
    const living = service instanceof Service ? service : new Foreign(service);
    this.#children.set(service, living);
    if (service.name !== undefined) this.#named.set(service.name, service);
    else this.#segments.give(service, { names: this.#named, isRunning: !this[LIFECYCLE].atRest });
    this.#services = undefined;
    if (this.#open) void this.#startLate(service, living);
  }

  /**
   * Lets a service go. The promise, where there is one, is of its stop.
   *
   * @throws ServiceTreeError when it is not in here
   */
  removeService(service: IService): void | Promise<void> {
    const living = this.#children.get(service);
    if (!living) throw treeError("APPD_SERVICE_UNKNOWN", `${labelOf(service)} is not in ${labelOf(this)}`);
    link(service, undefined);
    this.#children.delete(service);
    this.#segments.forget(service);
    if (service.name !== undefined) this.#named.delete(service.name);
    this.#services = undefined;
    if (!living[LIFECYCLE].atRest) return living[LIFECYCLE].stop();
  }

  getServiceNamed(name: string): IService {
    const found = this.#named.get(name);
    if (found) return found;
    throw treeError(
      "APPD_SERVICE_UNKNOWN",
      `${labelOf(this)} has no service named "${name}"${didYouMean(name, [...this.#named.keys()])}`,
    );
  }

  override async privilegedStartService(): Promise<void> {
    await this.#inTurn((child) => child.privileged());
  }

  override async startService(): Promise<void> {
    await this.#inTurn((child, service) => child.start((why) => this.#undoBehind(service, why)));
    this.#open = true;
  }

  override async stopService(signal?: AbortSignal): Promise<void> {
    this.#open = false;
    const errors: unknown[] = [];
    await nextTurn();
    for (const child of [...this.#children.values()].reverse()) {
      try {
        await this.#drive(child, (life) => life.stop(signal ?? this[LIFECYCLE].signal));
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new StopErrors(errors);
  }

  /** @internal */
  [SEGMENT](child: object): string | undefined {
    return this.#segments.of(child);
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

  async #inTurn(phase: (life: Lifecycle, service: IService) => Promise<void>): Promise<void> {
    await nextTurn();
    // A Map yields what is added while one goes through it: whoever joins now has his turn.
    for (const [service, child] of this.#children) {
      if (!this.#isStarting()) throw new StartCancelled(labelOf(this));
      try {
        await this.#drive(child, (life) => phase(life, service));
      } catch (error) {
        // It left, or was stopped, on its own: no reason for the others not to start.
        const left = this.#children.get(service) !== child || error instanceof StartCancelled;
        if (!left || !this.#isStarting()) throw error;
      }
    }
  }

  /** Keeps the order: whoever had his privileged pass after `service` is stopped before it is. */
  async #undoBehind(service: IService, why: "failed" | "stopped"): Promise<void> {
    // It was stopped on its own, and the others go on; or it is not in here any more.
    if ((why === "stopped" && this.#isStarting()) || !this.#children.has(service)) return;
    const signal = this[LIFECYCLE].signal ?? surroundingsOf(this).undoSignal;
    const all = [...this.#children];
    for (const [at, child] of all.reverse()) {
      if (at === service) return;
      await this.#drive(child, (life) => life.stop(signal)).catch(logged);
    }
  }

  async #drive({ [LIFECYCLE]: life }: Living, phase: (life: Lifecycle) => Promise<void>): Promise<void> {
    const outer = this.#pending;
    this.#pending = life;
    try {
      await phase(life);
    } finally {
      this.#pending = outer;
    }
  }

  async #startLate(service: IService, living: Living): Promise<void> {
    try {
      await living[LIFECYCLE].start();
    } catch (error) {
      if (this.#children.get(service) !== living) return;
      this.log.error(
        { err: error },
        `${labelOf(service)} was added, but failed to start: ${messageOf(error)}`,
      );
      await Promise.resolve(this.removeService(service)).catch(logged);
    }
  }

  #refuse(service: IService): void {
    if (!isService(service)) throw new NoServiceError(service);
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

/** Keeps a tree of any depth from being one call of any depth. */
const nextTurn = (): Promise<void> => Promise.resolve();

function isService(value: unknown): value is IService {
  if (value instanceof Service) return true;
  if (typeof value !== "object" || value === null) return false;
  const { privilegedStartService, startService, stopService } = value as Partial<IService>;
  return [privilegedStartService, startService, stopService].every((phase) => typeof phase === "function");
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
