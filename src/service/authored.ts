import type { Logger } from "../log/logger";
import type { Clock } from "./clock";
import { labelOf } from "./label";
import { AGAIN, INTERRUPT, Lifecycle, PENDING, UNDO, type Subject } from "./lifecycle";
import type { Service } from "./service";
import { surroundingsOf } from "./surroundings";

const PHASES = ["privilegedStartService", "startService", "stopService"] as const;
type Phase = (typeof PHASES)[number];
type PhaseMethod = (signal?: AbortSignal) => void | Promise<void>;
type Phases = Readonly<Record<Phase, PhaseMethod>>;

/**
 * The phases of a service as the author of its class wrote them. In their place the service has properties that
 * lead into its life, so that whatever a subclass overrides happens once and when it is due.
 */
export class Authored implements Subject {
  readonly lifecycle = new Lifecycle(this);
  readonly #service: Service;
  readonly #guards: Phases;
  /** The phase that is being called where something stands before our property: a field of a class, or a spy. */
  #replaced: Phase | undefined;

  constructor(service: Service) {
    this.#service = service;
    const { lifecycle } = this;
    this.#guards = {
      privilegedStartService: this.#guard("privilegedStartService", () => lifecycle.privileged()),
      startService: this.#guard("startService", () => lifecycle.start()),
      stopService: this.#guard("stopService", (signal) => lifecycle.stop(signal)),
    };
    for (const phase of PHASES) {
      const value = this.#guards[phase];
      Object.defineProperty(service, phase, { value, configurable: true, writable: true, enumerable: false });
    }
  }

  /** Whether anyone wrote a phase, or it is the one of the base class. */
  isWritten(phase: Phase, base: Phases): boolean {
    return phasesOf(this.#service)[phase] !== this.#guards[phase] || this.#method(phase) !== base[phase];
  }

  privileged(): void | Promise<void> {
    return this.#call("privilegedStartService");
  }

  start(): void | Promise<void> {
    return this.#call("startService");
  }

  stop(signal: AbortSignal): void | Promise<void> {
    return this.#call("stopService", signal);
  }

  interrupt(): void {
    this.#service[INTERRUPT]();
  }

  again(call: "start" | "stop"): void {
    this.#service[AGAIN](call);
  }

  get label(): string {
    return labelOf(this.#service);
  }

  get log(): Logger {
    return this.#service.log;
  }

  get clock(): Clock {
    return surroundingsOf(this.#service).clock;
  }

  get stopTimeout(): number | undefined {
    return this.#service.stopTimeout;
  }

  get undoSignal(): AbortSignal | undefined {
    return surroundingsOf(this.#service).undoSignal;
  }

  get undo(): Subject["undo"] {
    return this.#service[UNDO];
  }

  get pending(): Lifecycle | undefined {
    return this.#service[PENDING];
  }

  #call(phase: Phase, signal?: AbortSignal): void | Promise<void> {
    const outer = phasesOf(this.#service)[phase];
    if (outer === this.#guards[phase]) return this.#method(phase).call(this.#service, signal);
    this.#replaced = phase;
    try {
      return outer.call(this.#service, signal);
    } finally {
      this.#replaced = undefined;
    }
  }

  #guard(phase: Phase, live: (signal?: AbortSignal) => Promise<void>): PhaseMethod {
    // A spy calls what it stands before: by then the phase is due.
    return (signal) =>
      this.#replaced === phase ? this.#method(phase).call(this.#service, signal) : live(signal);
  }

  #method(phase: Phase): PhaseMethod {
    return phasesOf(Object.getPrototypeOf(this.#service))[phase];
  }
}

const phasesOf = (service: unknown): Phases => service as Phases;
