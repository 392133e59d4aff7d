import type { Key } from "./token";

/** Who asks for something: known to a factory while its product is made. */
export interface Requester {
  readonly label: string;
  /** What was built for it; undefined until it stands. */
  readonly instance: unknown;
  readonly requestedBy: Requester | undefined;
}

const SHOWN = 6;

/** One step on the way from what was asked for to what is being built. */
export class Frame implements Requester {
  instance: unknown;

  constructor(
    readonly key: Key,
    readonly label: string,
    readonly requestedBy: Frame | undefined,
  ) {}

  /** Whether `key` is being built on this way already. */
  has(key: Key): boolean {
    return this.key === key || (this.requestedBy?.has(key) ?? false);
  }
}

/** The way to a frame for people: `MyServer → Portal → IRealm`. A very long one loses its middle. */
export function pathTo(frame: Frame | undefined, ...more: readonly string[]): string {
  const labels = [...more];
  for (let at = frame; at; at = at.requestedBy) labels.unshift(at.label);
  const omitted = labels.length - 2 * SHOWN;
  if (omitted > 1) labels.splice(SHOWN, omitted, `(${omitted} more)`);
  return labels.join(" → ");
}
