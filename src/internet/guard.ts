import { EventEmitter } from "node:events";

/**
 * Makes the guard of many emitters: whatever a listener throws, or an async one rejects with, is handed to `failed`,
 * where Node would end the process. `born` is one of them, or their prototype.
 */
export function guarding<E extends EventEmitter>(
  born: E,
  failed: (error: unknown, emitter: E) => void,
): (emitter: E) => void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with whichever emitter it is
  const { emit } = born as EventEmitter;
  function guardedEmit(this: E, ...event: Parameters<EventEmitter["emit"]>): boolean {
    try {
      return Reflect.apply(emit, this, event);
    } catch (error) {
      failed(error, this);
      return true;
    }
  }
  function rejected(this: E, error: unknown): void {
    failed(error, this);
  }
  // Own properties, because a class of ours would not be enough: Express gives its requests another prototype.
  return (emitter) => {
    emitter.emit = guardedEmit;
    emitter[EventEmitter.captureRejectionSymbol] = rejected;
    captureRejections(emitter);
  };
}

/** As Node's constructor does with this option. For an emitter that has listeners already it does nothing else. */
function captureRejections(emitter: EventEmitter): void {
  if (CAPTURES !== undefined) (emitter as unknown as Record<symbol, boolean>)[CAPTURES] = true;
  else (EventEmitter as unknown as (options: object) => void).call(emitter, { captureRejections: true });
}

/** Where the constructor notes it: to set that takes a tenth of its time, and every request does so twice. */
const CAPTURES = Object.getOwnPropertySymbols(new EventEmitter()).find(
  ({ description }) => description === "kCapture",
);
