import { SharedInterface } from "../interface/interface";
import type { AbstractClass } from "../interface/record";
import type { AvatarId } from "./avatar-id";

/** What a realm gives to someone who has logged in. */
export interface Granted<C extends AbstractClass = AbstractClass> {
  /** Which of the interfaces that were asked for the avatar provides. */
  readonly interface: C;
  /** What the person can do here. */
  readonly avatar: C extends AbstractClass<infer T> ? T : never;
  /** Called once, when the session is over. */
  readonly logout?: (() => unknown) | undefined;
}

/** Knows what people can do once it is settled who they are. */
@SharedInterface("appd:IRealm", "requestAvatar")
export abstract class IRealm {
  /**
   * The avatar of a person, at once or later. `mind` is whatever the protocol hands over for the realm to talk
   * to the person by; often nothing.
   *
   * Throw NotImplementedError when none of the interfaces is here, LoginDenied when this person may not now.
   */
  abstract requestAvatar(
    avatarId: AvatarId,
    mind: unknown,
    ...interfaces: AbstractClass[]
  ): Granted | Promise<Granted>;
}
