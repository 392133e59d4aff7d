import {
  delay,
  describeMaker,
  Implements,
  inject,
  injectable,
  Interface,
  IRealm,
  IAnonymous,
  IUsernamePassword,
  LoginDenied,
  Parameter,
  Portal,
  PortalClosedError,
  PortalFor,
  Service,
  ServiceMaker,
  UnhandledCredentials,
  Anonymous,
  AuthOptions,
  UsernamePassword,
  type AvatarId,
  type Granted,
  type IService,
} from "appd";
import { AnonymousFactory, MemoryFactory, optionsWith } from "../auth/harness";
import { assembled } from "./harness";

@Interface("id")
abstract class IVisitor {
  abstract readonly id: string;
}

const Options = optionsWith(new MemoryFactory(), new AnonymousFactory());
const alice = new UsernamePassword("alice", "s3cret");
const AUTH = ["--auth", "memory:alice:s3cret"];

/** Notes what happens, in order. */
const notes: string[] = [];
beforeEach(() => void notes.splice(0));

@Implements(IRealm)
class Realm implements IRealm {
  requestAvatar(avatarId: AvatarId): Granted {
    return { interface: IVisitor, avatar: { id: String(avatarId) }, logout: () => notes.push("logout") };
  }
}

class ServerOptions extends Options.supporting(IUsernamePassword, IAnonymous) {
  @Parameter("Port.") port = 0;
}

/** Says when it starts and stops. */
class Noting extends Service {
  constructor(readonly id: string) {
    super();
  }
  override startService(): void {
    notes.push(`start ${this.id}`);
  }
  override stopService(): void {
    notes.push(`stop ${this.id}`);
  }
}

describe("a maker that asks for a Portal", () => {
  it("gets one with the realm and the checkers of --auth", async () => {
    @ServiceMaker("myserver", "Serves.", { options: ServerOptions, realm: Realm })
    class MyServer {
      constructor(readonly portal: Portal) {}
      makeService(): IService {
        expect(this.portal.isOpen).toBe(true);
        return new Noting("server");
      }
    }
    const { graph } = await assembled(MyServer, AUTH);
    const session = await graph.get(Portal).login(alice, undefined, IVisitor);
    expect(session.avatar.id).toBe("alice");
  });

  it("may have the options in its own fields: the portal is closed until they stand", async () => {
    @ServiceMaker("myserver", "Serves.", { realm: Realm })
    class MyServer extends Options {
      readonly wasOpen: boolean;
      constructor(readonly portal: Portal) {
        super();
        this.wasOpen = portal.isOpen;
      }
      makeService(): IService {
        return new Noting("server");
      }
    }
    const { graph, options } = await assembled(MyServer, AUTH);
    expect((options as MyServer).wasOpen).toBe(false);
    expect((await graph.get(Portal).login(alice, undefined, IVisitor)).avatarId).toBe("alice");
  });

  it("refuses to log anyone in while it is closed", async () => {
    await expect(new Portal().login(alice, undefined, IVisitor)).rejects.toThrow(PortalClosedError);
  });

  it("gives a realm the options, and may be asked for by what the realm needs", async () => {
    @injectable()
    class Ledger {
      constructor(readonly portal: Portal) {}
    }
    @Implements(IRealm)
    class OptionsRealm extends Realm {
      constructor(
        readonly options: ServerOptions,
        @inject(delay(() => Ledger)) readonly ledger: Ledger,
      ) {
        super();
        notes.push(`realm for port ${options.port}`);
      }
    }
    @ServiceMaker("myserver", "Serves.", { options: ServerOptions, realm: OptionsRealm })
    class MyServer {
      constructor(readonly portal: Portal) {}
      makeService(): IService {
        notes.push("makeService");
        return new Noting("server");
      }
    }
    await assembled(MyServer, ["--port", "81", ...AUTH]);
    expect(notes).toEqual(["realm for port 81", "makeService"]);
  });

  it("limits it to some interfaces with @PortalFor", async () => {
    @ServiceMaker("myserver", "Serves.", { options: ServerOptions, realm: Realm })
    class MyServer {
      constructor(
        @PortalFor(IUsernamePassword) readonly people: Portal,
        @PortalFor(IAnonymous) readonly guests: Portal,
      ) {}
      makeService(): IService {
        return new Noting("server");
      }
    }
    const { graph } = await assembled(MyServer, [...AUTH, "--auth", "anonymous"]);
    const { people, guests } = graph.get(MyServer);
    expect((await people.login(alice, undefined, IVisitor)).avatarId).toBe("alice");
    await expect(people.login(new Anonymous(), undefined, IVisitor)).rejects.toThrow(UnhandledCredentials);
    await expect(guests.login(new Anonymous(), undefined, IVisitor)).resolves.toBeDefined();
  });

  it("may be described as plain data", async () => {
    const maker = describeMaker({
      tapname: "plain",
      description: "Serves.",
      options: ServerOptions,
      realm: Realm,
      inject: { portal: Portal },
      makeService: (_options, { portal }) => {
        expect(portal.isOpen).toBe(true);
        return new Noting("server");
      },
    });
    await assembled(maker, AUTH);
    expect.assertions(1);
  });
});

describe("open sessions", () => {
  it("are logged out when the application stops: after the servers, before what the realm needs", async () => {
    @injectable()
    class Database extends Noting {
      constructor() {
        super("database");
      }
    }
    @Implements(IRealm)
    class StoredRealm extends Realm {
      constructor(readonly database: Database) {
        super();
      }
    }
    @ServiceMaker("myserver", "Serves.", { options: ServerOptions, realm: StoredRealm })
    class MyServer {
      constructor(readonly portal: Portal) {}
      makeService(): IService {
        return new Noting("server");
      }
    }
    const { graph, application } = await assembled(MyServer, AUTH);
    await application.start();
    const portal = graph.get(Portal);
    await portal.login(alice, undefined, IVisitor);
    await portal.login(alice, undefined, IVisitor).then((session) => session.logout());
    await application.stop();
    expect(notes).toEqual([
      "start database",
      "start server",
      "logout",
      "stop server",
      "logout",
      "stop database",
    ]);
    await expect(portal.login(alice, undefined, IVisitor)).rejects.toThrow(LoginDenied);
  });
});

describe("a maker that asks for a Portal nobody could open", () => {
  it("is refused when it is declared: no realm", () => {
    expect(() => {
      @ServiceMaker("myserver", "Serves.", { options: ServerOptions })
      class MyServer {
        constructor(readonly portal: Portal) {}
        makeService(): IService {
          return new Noting("server");
        }
      }
      return MyServer;
    }).toThrow(
      "MyServer: it asks for a Portal, but there is no realm that knows what people can do here: name its class, { realm: MyRealm }",
    );
  });

  it("is refused when it is declared: no AuthOptions", () => {
    class Plain {
      @Parameter("Port.") port = 0;
    }
    expect(() => {
      @ServiceMaker("myserver", "Serves.", { options: Plain, realm: Realm })
      class MyServer {
        constructor(readonly portal: Portal) {}
        makeService(): IService {
          return new Noting("server");
        }
      }
      return MyServer;
    }).toThrow(
      /^MyServer: it asks for a Portal, but its options have no --auth: let their class extend AuthOptions/,
    );
  });

  it("is told the way there where something else asks for it", async () => {
    @injectable()
    class Door {
      constructor(readonly portal: Portal) {}
    }
    @ServiceMaker("myserver", "Serves.", { options: ServerOptions })
    class MyServer {
      constructor(readonly door: Door) {}
      makeService(): IService {
        return new Noting("server");
      }
    }
    await expect(assembled(MyServer, AUTH)).rejects.toThrow(
      'MyServer → Door → Portal → IRealm: nothing provides IRealm; name a realm in @ServiceMaker("myserver", …, { realm })',
    );
  });

  it("takes a realm, or a portal, from its providers", async () => {
    @ServiceMaker("myserver", "Serves.", { options: ServerOptions, providers: [Realm] })
    class MyServer {
      constructor(readonly portal: Portal) {}
      makeService(): IService {
        return new Noting("server");
      }
    }
    const { graph } = await assembled(MyServer, AUTH);
    expect(graph.get(Portal).isOpen).toBe(true);
  });
});

describe("AuthOptions.mixin", () => {
  it("serves a class that has a base", async () => {
    class Base {
      @Parameter("Port.") port = 0;
    }
    class Mixed extends AuthOptions.mixin(Base, IAnonymous) {
      static override findCheckerFactories = Options.findCheckerFactories;
    }
    @ServiceMaker("myserver", "Serves.", { options: Mixed, realm: Realm })
    class MyServer {
      constructor(readonly portal: Portal) {}
      makeService(options: Mixed): IService {
        notes.push(`port ${options.port}`);
        return new Noting("server");
      }
    }
    const { graph } = await assembled(MyServer, ["--port", "5", "--auth", "anonymous"]);
    await expect(graph.get(Portal).login(new Anonymous(), undefined, IVisitor)).resolves.toBeDefined();
    expect(notes).toEqual(["port 5"]);
  });
});
