import type { Logger } from "../log/logger";
import type { Clock } from "./clock";
import type { IService } from "./i-service";
import { labelOf } from "./label";
import { Lifecycle, LIFECYCLE, type Subject } from "./lifecycle";
import { pathOf, surroundingsOf } from "./surroundings";

/** Stands before a service that is no {@link Service}, and keeps for it what the interface promises. */
export class Foreign implements Subject {
  readonly [LIFECYCLE] = new Lifecycle(this);
  readonly #service: IService;

  constructor(service: IService) {
    this.#service = service;
  }

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
    const { logger } = surroundingsOf(this.#service);
    return logger.child({ service: pathOf(this.#service) });
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
