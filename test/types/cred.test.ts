import {
  AuthOptions,
  describeMaker,
  describeOptions,
  IAnonymous,
  ICredentialsChecker,
  Implements,
  Interface,
  IRealm,
  IUsernamePassword,
  Parameter,
  Portal,
  ServiceMaker,
  TCPServer,
  UnauthorizedLogin,
  UsernamePassword,
  type AvatarId,
  type Granted,
  type IService,
  type Session,
} from "appd";
import { memoryPortal, testMaker } from "appd/testing";

@Interface("bark")
abstract class IDog {
  abstract bark(): string;
}

@Interface("purr")
abstract class ICat {
  abstract purr(): string;
}

@Implements(IRealm)
class Kennel implements IRealm {
  requestAvatar(avatarId: AvatarId, _mind: unknown, ...interfaces: Interface[]): Granted {
    const dog: IDog = { bark: () => `${String(avatarId)} of ${interfaces.length}` };
    return { interface: IDog, avatar: dog };
  }
}

class ServerOptions extends AuthOptions.supporting(IUsernamePassword).withDefault("memory:rex:bone") {
  @Parameter("Server port number", { short: "p" }) port = 0;
}

describe("the types of logging in", () => {
  const portal = memoryPortal({ rex: "bone" }, new Kennel());
  const rex = new UsernamePassword("rex", "bone");

  it("say what the avatar can do, by the interfaces that were asked for", async () => {
    const one = await portal.login(rex, undefined, IDog);
    expect(one.avatar.bark()).toBe("rex of 1");
    const two = await portal.login(rex, undefined, IDog, ICat);
    // It may be a cat.
    const barks: "bark" extends keyof typeof two.avatar ? true : false = false;
    const purrs: "purr" extends keyof typeof one.avatar ? true : false = false;
    const either: Session<typeof IDog> | Session<typeof ICat> = two;
    expect([barks, purrs, either.interface]).toEqual([false, false, IDog]);
  });

  it("let a checker say which credentials it takes", async () => {
    @Implements(ICredentialsChecker)
    class Rex implements ICredentialsChecker {
      readonly credentialInterfaces = [IUsernamePassword];
      requestAvatarId({ username }: IUsernamePassword): string {
        if (username === "rex") return username;
        throw new UnauthorizedLogin();
      }
    }
    const session = await new Portal(new Kennel(), [new Rex()]).login(rex, undefined, IDog);
    const avatarId: AvatarId = session.avatarId;
    expect(avatarId).toBe("rex");
  });

  it("refuse a realm and a checker that lack something", () => {
    // @ts-expect-error -- it gives no avatars
    @Implements(IRealm)
    class NoRealm {}
    // @ts-expect-error -- it does not say what it judges
    @Implements(ICredentialsChecker)
    class NoChecker {
      requestAvatarId = (): string => "x";
    }
    expect([NoRealm, NoChecker]).toHaveLength(2);
  });

  it("keep the fields of options, with --auth and without", async () => {
    const options = new ServerOptions();
    const port: number = options.port;
    const auth: string[] = options.auth;
    expect([port, auth, options.credCheckers.length]).toEqual([0, ["memory:rex:bone"], 0]);
    expect(ServerOptions.supportedInterfaces).toEqual([IUsernamePassword]);
    @ServiceMaker("kennel", "Keeps dogs.", { options: ServerOptions, realm: Kennel })
    class KennelMaker {
      constructor(private readonly portal: Portal) {}
      makeService({ port }: ServerOptions): IService {
        return new TCPServer(port, () => this.portal.isOpen);
      }
    }
    await using app = await testMaker(KennelMaker, []).start();
    expect((await app.get(Portal).login(rex, undefined, IDog)).avatar.bark()).toBe("rex of 1");
  });

  it("serve a maker that is plain data, with options that are", async () => {
    const fields = describeOptions({ port: { help: "Server port number", short: "p", default: 0 } });
    const maker = describeMaker({
      tapname: "kennel",
      description: "Keeps dogs.",
      options: AuthOptions.mixin(fields.type as new () => { port: number }, IAnonymous, IUsernamePassword),
      realm: Kennel,
      inject: { portal: Portal },
      makeService: (options, { portal: doors }) => {
        const port: number = options.port;
        return new TCPServer(port, () => doors.isOpen);
      },
    });
    await using app = await testMaker(maker, ["-p", "0", "--auth", "memory:rex:bone"]).start();
    expect((await app.get(Portal).login(rex, undefined, IDog)).avatarId).toBe("rex");
  });
});
