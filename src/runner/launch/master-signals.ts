import type { SignalName, World } from "../world";
import type { LaunchPipe } from "./launch-pipe";

type Listener = () => void;
const STOP: readonly SignalName[] = ["SIGINT", "SIGTERM"];

/**
 * The signals of a worker. The master says over the pipe what it was sent; a service manager signals the master and
 * the worker at once, and then the one that came directly is the same and not a second, which would force the end.
 */
export class MasterSignals {
  readonly #world: World;
  readonly #pipe: LaunchPipe;
  readonly #listeners = new Map<SignalName, Listener>();
  #commanded = 0;
  #delivered = 0;
  #byOthers: SignalName | undefined;

  constructor(world: World, pipe: LaunchPipe) {
    this.#world = world;
    this.#pipe = pipe;
  }

  /** The signal that stopped the worker without a word of the master. */
  get byOthers(): SignalName | undefined {
    return this.#commanded === 0 ? this.#byOthers : undefined;
  }

  on(signal: SignalName, listener: Listener): () => void {
    if (!STOP.includes(signal)) return this.#world.onSignal(signal, listener);
    this.#pipe.listen(
      ({ stop }) => stop && this.#command(stop),
      () => this.#command("SIGTERM"),
    );
    this.#listeners.set(signal, listener);
    const release = this.#world.onSignal(signal, () => this.#direct(signal));
    return () => {
      release();
      this.#listeners.delete(signal);
    };
  }

  #direct(signal: SignalName): void {
    if (this.#delivered > 0) return;
    this.#byOthers = signal;
    this.#deliver(signal);
  }

  #command(signal: SignalName): void {
    this.#commanded += 1;
    if (this.#delivered < this.#commanded) this.#deliver(signal);
  }

  #deliver(signal: SignalName): void {
    this.#delivered += 1;
    this.#listeners.get(signal)?.();
  }
}
