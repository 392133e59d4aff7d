import type { AbstractClass } from "../interface/record";
import type { AvatarId } from "./avatar-id";
import type { Granted } from "./realm";
import { isThenable } from "./thenable";

/**
 * Someone who is logged in. Call {@link logout} when the connection or the visit is over, or let `await using`
 * do it.
 */
export class Session<C extends AbstractClass = AbstractClass> implements AsyncDisposable {
  readonly avatarId: AvatarId;
  /** The interface, of those asked for, that the avatar provides. */
  readonly interface: C;
  readonly avatar: C extends AbstractClass<infer T> ? T : never;
  readonly #granted: Granted;
  readonly #open: Set<Session>;
  #logout: Promise<void> | undefined;

  /** `open` are the sessions of the portal: it is one of them until its end. */
  constructor(avatarId: AvatarId, granted: Granted<C>, open: Set<Session>) {
    this.avatarId = avatarId;
    this.interface = granted.interface;
    this.avatar = granted.avatar;
    this.#granted = granted;
    this.#open = open;
    open.add(this);
  }

  /** Whether somebody has ended it. */
  get isOver(): boolean {
    return this.#logout !== undefined;
  }

  /** Ends it. The realm's `logout` runs once however often this is called; what it throws, every call throws. */
  logout(): Promise<void> {
    return (this.#logout ??= this.#end());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.logout();
  }

  async #end(): Promise<void> {
    this.#open.delete(this);
    const leaving = this.#granted.logout?.();
    if (isThenable(leaving)) await leaving;
  }
}

/** A session with an avatar of one of the interfaces `I`; of any where there are none. */
export type SessionFor<I extends readonly AbstractClass[]> = I extends readonly []
  ? Session
  : I[number] extends infer C
    ? C extends AbstractClass
      ? Session<C>
      : never
    : never;
