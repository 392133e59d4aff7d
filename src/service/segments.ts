import type { IService } from "./i-service";

/**
 * What the services of one collection that have no name are called in paths: by their class, numbered from the
 * second on. Where only one has no name it needs no telling apart, and has the path of the collection.
 */
export class Segments {
  readonly #segments = new Map<IService, string>();
  readonly #counts = new Map<string, number>();
  #alone: IService | undefined;

  /** To be called for each that joins without a name. A path that a log may have shown already stays as it is. */
  give(service: IService, { names, isRunning }: Joining): void {
    if (this.#segments.size === 0) this.#alone = service;
    else if (!isRunning) this.#alone = undefined;
    const kind = service.constructor.name || "Service";
    let segment: string;
    do {
      const number = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, number);
      segment = number === 1 ? kind : `${kind}-${number}`;
    } while (names.has(segment));
    this.#segments.set(service, segment);
  }

  /** Undefined for one that has a name, or needs none. */
  of(service: object): string | undefined {
    return service === this.#alone ? undefined : this.#segments.get(service as IService);
  }

  forget(service: IService): void {
    this.#segments.delete(service);
    if (this.#alone === service) this.#alone = undefined;
  }
}

/** How it is in the collection that a service joins. */
interface Joining {
  readonly names: ReadonlyMap<string, IService>;
  readonly isRunning: boolean;
}
