import {
  ANONYMOUS,
  Anonymous,
  AllowAnonymousAccess,
  ICredentialsChecker,
  Implements,
  InMemoryUsernamePasswordDatabase,
  Interface,
  IRealm,
  IUsernamePassword,
  Portal,
  UnauthorizedLogin,
  UsernamePassword,
  type AvatarId,
  type Granted,
} from "appd";

@Interface("name")
abstract class IVisitor {
  abstract readonly name: string;
}

@Implements(IRealm)
class Realm implements IRealm {
  out = 0;
  requestAvatar(avatarId: AvatarId): Granted {
    return { interface: IVisitor, avatar: { name: String(avatarId) }, logout: () => this.out++ };
  }
}

describe("Portal", () => {
  it("CR-01: gives the realm's avatar to whom a checker knows", async () => {
    const realm = new Realm();
    const portal = new Portal(realm, [new InMemoryUsernamePasswordDatabase({ alice: "s3cret" })]);
    const session = await portal.login(new UsernamePassword("alice", "s3cret"), undefined, IVisitor);
    expect(session.avatarId).toBe("alice");
    expect(session.avatar.name).toBe("alice");
    await session.logout();
    await session.logout();
    expect(realm.out).toBe(1);
    await expect(portal.login(new UsernamePassword("alice", "no"), undefined, IVisitor)).rejects.toThrow(
      UnauthorizedLogin,
    );
  });

  it("CR-10: anonymous", async () => {
    const portal = new Portal(new Realm(), [new AllowAnonymousAccess()]);
    const session = await portal.login(new Anonymous(), undefined, IVisitor);
    expect(session.avatarId).toBe(ANONYMOUS);
  });

  it("W-08: several", async () => {
    @Implements(ICredentialsChecker)
    class Broken implements ICredentialsChecker {
      credentialInterfaces = [IUsernamePassword];
      requestAvatarId(): never {
        throw new Error("away");
      }
    }
    const portal = new Portal(new Realm(), [new Broken(), new InMemoryUsernamePasswordDatabase({ a: "b" })]);
    await expect(portal.login(new UsernamePassword("a", "b"), undefined, IVisitor)).resolves.toBeDefined();
  });
});
