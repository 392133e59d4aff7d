import { createServer, type AddressInfo, type Socket } from "node:net";
import { exitStatusOf } from "../../src/base/exit-status";
import { LDAPFactory } from "../../src/plugins/ldap";
import { filledDN, filledFilter } from "../../src/plugins/ldap/patterns";
import { describeWith } from "../programs";
import { checkerOf, faultOf, Folder, Surroundings, type Checked } from "./harness";
import { Slapd } from "./slapd";

const ldap = new LDAPFactory();
const PEOPLE = "dn=uid=%u,ou=people,dc=example,dc=org";
const ENTRIES = `
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: uid=alice,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: alice
cn: Alice
sn: A
mail: alice@example.org
userPassword: s3cret

dn: uid=comma\\, alice,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: comma, alice
cn: Comma
sn: C
userPassword: s3cret

dn: ou=hidden,dc=example,dc=org
objectClass: organizationalUnit
ou: hidden

dn: uid=bob,ou=hidden,dc=example,dc=org
objectClass: inetOrgPerson
uid: bob
cn: Bob
sn: B
mail: bob@example.org
userPassword: 0ther

dn: cn=reader,dc=example,dc=org
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: readerpw
`;

describeWith("slapd")("--auth ldap, with OpenLDAP", () => {
  let slapd: Slapd;
  let ca: string;
  beforeAll(async () => {
    slapd = new Slapd();
    slapd.prepare(ENTRIES);
    await slapd.start();
    ca = `ca=${slapd.folder.at("ca.pem")}`;
  }, 30_000);
  afterAll(async () => {
    await slapd.stop();
    slapd.folder.remove();
  });

  it.each([
    ["StartTLS", () => `${slapd.url}:${PEOPLE}:${ca}`],
    ["TLS", () => `${slapd.secureUrl}:${PEOPLE}:${ca}`],
    ["no encryption, where that is said", () => `${slapd.url}:${PEOPLE}:insecure=plaintext`],
  ])("lets in who can bind as himself, over %s", async (_, text) => {
    const checker = await checkerOf(ldap, text());
    expect(await checker.password("alice", "s3cret")).toBe("alice");
    expect(await checker.password("alice", "wrong")).toBe("refused");
    expect(await checker.password("nobody", "s3cret")).toBe("refused");
  });

  it("refuses an empty password, with which a directory lets anybody bind", async () => {
    const checker = await checkerOf(ldap, `${slapd.url}:${PEOPLE}:${ca}`);
    expect(await checker.password("alice", "")).toBe("refused");
    expect(await checker.password("", "")).toBe("refused");
  });

  it("takes a name however it is typed for the one that the directory has", async () => {
    const checker = await checkerOf(ldap, `${slapd.url}:${PEOPLE}:${ca}`);
    expect(await checker.password("ALICE", "s3cret")).toBe("alice");
    expect(await checker.password(" alice ", "s3cret")).toBe("alice");
  });

  it("lets nobody in by a name that would be a part of a pattern", async () => {
    const checker = await checkerOf(ldap, `${slapd.url}:${PEOPLE}:${ca}`);
    expect(await checker.password("comma, alice", "s3cret")).toBe("comma, alice");
    const searching = await checkerOf(
      ldap,
      `${slapd.url}:base=ou=people,dc=example,dc=org:filter=(uid=%u):${ca}`,
    );
    for (const name of ["alice,ou=people", "*", "alice)(uid=*", "ali*", "alice\0"]) {
      expect(await checker.password(name, "s3cret")).toBe("refused");
      expect(await searching.password(name, "s3cret")).toBe("refused");
    }
  });

  describe("searching", () => {
    const open = (text: string): Promise<Checked> => {
      slapd.folder.write("secret", "readerpw\n");
      const reader = `bind=cn=reader,dc=example,dc=org:secret=${slapd.folder.at("secret")}`;
      return checkerOf(ldap, `${slapd.url}:base=dc=example,dc=org:${text}:${reader}:${ca}`);
    };

    it("finds the entry as who may see it, and binds as the person", async () => {
      const checker = await open("filter=(&(objectClass=inetOrgPerson)(uid=%u))");
      expect(await checker.password("bob", "0ther")).toBe("bob");
      expect(await checker.password("bob", "readerpw")).toBe("refused");
      expect(await checker.password("carol", "0ther")).toBe("refused");
    });

    it("takes the name from another attribute than the one that is typed", async () => {
      const checker = await open("filter=(mail=%u):id=uid");
      expect(await checker.password("alice@example.org", "s3cret")).toBe("alice");
    });

    it("refuses where several entries fit", async () => {
      const checker = await open("filter=(|(uid=%u)(sn=*))");
      expect(await checker.password("alice", "s3cret")).toBe("refused");
    });

    it("finds no entry that nobody may see, as nobody", async () => {
      const checker = await checkerOf(ldap, `${slapd.url}:base=dc=example,dc=org:filter=(uid=%u):${ca}`);
      expect(await checker.password("alice", "s3cret")).toBe("alice");
      expect(await checker.password("bob", "0ther")).toBe("refused");
    });

    it("refuses to start where the directory does not let in who searches", async () => {
      const secret = slapd.folder.write("wrong", "wrong");
      const text = `${slapd.url}:base=dc=example,dc=org:filter=(uid=%u):bind=cn=reader,dc=example,dc=org:secret=${secret}:${ca}`;
      const fault = await faultOf(checkerOf(ldap, text));
      expect(fault.message).toContain("does not let cn=reader,dc=example,dc=org in, who searches");
      expect(exitStatusOf(fault)).toBe(78);
    });
  });

  it("refuses to start with a certificate that is not trusted", async () => {
    for (const url of [slapd.url, slapd.secureUrl]) {
      const fault = await faultOf(checkerOf(ldap, `${url}:${PEOPLE}`));
      expect(fault.message).toContain("self-signed certificate");
      expect(exitStatusOf(fault)).toBe(78);
    }
  });

  it("starts without the directory and says so, tells that from a wrong password, and recovers", async () => {
    const surroundings = new Surroundings();
    await slapd.stop();
    const checker = await checkerOf(ldap, `${slapd.url}:${PEOPLE}:${ca}`, surroundings);
    expect(surroundings.warnings).toEqual([
      expect.stringMatching(/^--auth ldap: .*nobody can log in by it before/),
    ]);
    expect(await checker.password("alice", "s3cret")).toMatchObject({ code: "APPD_SOURCE_DOWN" });
    await slapd.start();
    expect(await checker.password("alice", "s3cret")).toBe("alice");
  });
});

describe("--auth ldap", () => {
  /** Somebody who listens, and what he does. */
  async function listener(serve: (socket: Socket) => void): Promise<{ url: string; close: () => void }> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => undefined));
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const close = (): void => {
      for (const socket of sockets) socket.destroy();
      server.close();
    };
    return { url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  }

  it("gives up a directory that says nothing", async () => {
    const { url, close } = await listener(() => undefined);
    const surroundings = new Surroundings();
    const checker = await checkerOf(ldap, `${url}:${PEOPLE}:timeout=1`, surroundings);
    expect(surroundings.warnings).toEqual([expect.stringContaining("within 1 s")]);
    expect(String(await checker.password("alice", "s3cret"))).toContain("within 1 s");
    close();
  });

  it("never sends a password in the clear when somebody breaks StartTLS", async () => {
    let heard = "";
    const { url, close } = await listener((socket) =>
      socket.on("data", (bytes) => {
        heard += bytes.toString("latin1");
        socket.destroy();
      }),
    );
    const checker = await checkerOf(ldap, `${url}:${PEOPLE}:timeout=1`);
    expect(await checker.password("alice", "s3cret")).toMatchObject({ code: "APPD_SOURCE_DOWN" });
    expect(heard).not.toContain("s3cret");
    close();
  });

  it("CK-12: escapes names for where they stand", () => {
    expect(filledDN("uid=%u,dc=x", 'a,b+c"d\\e<f>;=#\0')).toBe(
      "uid=a\\2cb\\2bc\\22d\\5ce\\3cf\\3e\\3b\\3d\\23\\00,dc=x",
    );
    expect(filledDN("uid=%u,dc=x", " a b ")).toBe("uid=\\20a b\\20,dc=x");
    expect(filledDN("%u@example.org", "a,b")).toBe("a,b@example.org");
    expect(filledFilter("(uid=%u)", "*)(uid=\\\0$&")).toBe("(uid=\\2a\\29\\28uid=\\5c\\00$&)");
  });

  it.each([
    ["", 64, "it requires a url"],
    ["ldap://host", 64, "it requires dn=, or base= and filter="],
    [`http://host:${PEOPLE}`, 64, '"http://host" is no URL of a directory'],
    [`ldap://:${PEOPLE}`, 64, "is no URL of a directory"],
    [`ldap://ho st:${PEOPLE}`, 64, "is no URL of a directory"],
    [`ldap://ho\nst:${PEOPLE}`, 64, "is no URL of a directory"],
    [`ldap://host/dc=x?uid:${PEOPLE}`, 64, "says more than a host and a port"],
    ["ldap://host:dn=uid=alice", 64, "dn= has to have %u in it"],
    ["ldap://host:base=dc=x:filter=(uid=alice)", 64, "filter= has to have %u in it"],
    ["ldap://host:base=dc=x:filter=uid=%u", 64, "filter= has to stand in parentheses"],
    ["ldap://host:base=dc=x:filter=((uid=%u)", 64, "filter= is none"],
    ["ldap://host:base=dc=x:filter=(&(uid=%u)(x))", 64, "filter= is none"],
    ["ldap://host:base=dc:filter=(uid=%u)", 64, "base= is no distinguished name"],
    ["ldap://host:dn=uid=%u,,dc=x", 64, "dn= is no distinguished name"],
    ["ldap://host:base=dc=x:filter=(uid=%u):bind=cn=r,x:secret=text", 64, "bind= is no distinguished name"],
    ["ldap://host:dn=%u@x", 64, "it requires id=, the attribute that has the name"],
    [`ldap://host:${PEOPLE}:timeout=0`, 64, "timeout has to be a number of seconds"],
    [`ldap://host:${PEOPLE}:insecure=yes`, 64, 'insecure has to be plaintext, got "yes"'],
    ["ldap://host:base=dc=x:filter=(uid=%u):bind=cn=r", 64, "bind= and secret= go together"],
    [`ldap://host:${PEOPLE}:ca=none`, 66, "there is no file none"],
    [`ldap://host:${PEOPLE}:ca=text`, 78, "there is no certificate in it (PEM)"],
    ["ldap://host:base=dc=x:filter=(uid=%u):bind=cn=r:secret=open", 78, "everybody can read it"],
  ])("refuses %j with status %i: %s", async (text, status, words) => {
    const folder = new Folder();
    folder.write("text", "hello");
    folder.write("open", "secret", 0o644);
    const fault = await faultOf(checkerOf(ldap, text, new Surroundings(folder.path)));
    folder.remove();
    expect(fault.message).toContain(words);
    expect(exitStatusOf(fault)).toBe(status);
  });
});
