import {
  ANONYMOUS,
  Implements,
  Interface,
  IRealm,
  Logger,
  NotImplementedError,
  type AbstractClass,
  type AvatarId,
  type Granted,
} from "appd";

/** What the site asks of whoever visits it. */
@Interface("name", "mayWrite")
export abstract class IVisitor {
  abstract readonly name: string;
  abstract readonly mayWrite: boolean;
}

/** Everybody may read; whoever has said who he is may write. */
@Implements(IRealm)
export class SiteRealm implements IRealm {
  constructor(private readonly log: Logger) {}

  requestAvatar(
    avatarId: AvatarId,
    _mind: unknown,
    ...interfaces: AbstractClass[]
  ): Granted<typeof IVisitor> {
    if (!interfaces.includes(IVisitor)) throw new NotImplementedError();
    if (avatarId === ANONYMOUS) return { interface: IVisitor, avatar: { name: "stranger", mayWrite: false } };
    return {
      interface: IVisitor,
      avatar: { name: avatarId, mayWrite: true },
      logout: () => this.log.debug(`${avatarId} is served`),
    };
  }
}
