import type { Logger } from "../log/logger";
import type { Clock } from "./clock";
import type { IService } from "./i-service";
import { Lifecycle, type Subject } from "./lifecycle";
import { labelOf, LIFECYCLE } from "./service";
import { surroundingsOf } from "./surroundings";

/** Stands before a service that is no {@link Service}, and keeps for it what the interface promises. */
export class Foreign implements Subject {
  readonly [LIFECYCLE] = new Lifecycle(this);
  readonly #service: IService;

  constructor(service: IService) {
    this.#service = service;
  }

  readonly privilegedStartService = (): Promise<void> => this[LIFECYCLE].privileged();
  readonly startService = (): Promise<void> => this[LIFECYCLE].start();
  readonly stopService = (signal?: AbortSignal): Promise<void> => this[LIFECYCLE].stop(signal);

  privileged(): void | Promise<void> {
    return this.#service.privilegedStartService();
  }

  start(): void | Promise<void> {
    return this.#service.startService();
  }

  stop(signal: AbortSignal): void | Promise<void> {
    return this.#service.stopService(signal);
  }

  get label(): string {
    return labelOf(this.#service);
  }

  get log(): Logger {
    return surroundingsOf(this.#service).logger;
  }

  get clock(): Clock {
    return surroundingsOf(this.#service).clock;
  }

  readonly stopTimeout = undefined;
  readonly undo = "entered";
  readonly pending = undefined;

  get undoSignal(): AbortSignal | undefined {
    return surroundingsOf(this.#service).undoSignal;
  }
}
