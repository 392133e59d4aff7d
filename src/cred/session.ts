import type { AbstractClass } from "../interface/record";
import type { AvatarId } from "./avatar-id";
import type { Granted } from "./realm";

/** What a session is made of, besides what the realm granted. */
export interface SessionBeginning {
  readonly avatarId: AvatarId;
  /** Told when it is over. */
  readonly ended: () => void;
}

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
  readonly #ended: () => void;
  #logout: Promise<void> | undefined;

  constructor(granted: Granted<C>, { avatarId, ended }: SessionBeginning) {
    this.avatarId = avatarId;
    this.interface = granted.interface;
    this.avatar = granted.avatar;
    this.#granted = granted;
    this.#ended = ended;
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
    this.#ended();
    await this.#granted.logout?.();
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
