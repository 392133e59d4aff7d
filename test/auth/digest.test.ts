import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { avatarOf, digest, FilePasswordDB, guard, Portal, type DigestOptions } from "../../src/index";
import { hashPassword } from "../../src/cred/password-hash";
import { writeHA1, type DigestName } from "../../src/cred/ha1";
import { KeptLog } from "../cred/harness";
import { FakeClock } from "../runner/fake-world";
import { alice, IVisitor, portalOf, Realm, Servers } from "./guard-harness";

/** What a client does with a challenge (RFC 7616, 3.4). */
class Client {
  #fields: Record<string, string> = {};
  count = 0;

  constructor(
    readonly host: string,
    readonly name = "alice",
    readonly password = "s3cret",
  ) {}

  /** Asks without credentials, and keeps the challenge of this algorithm. */
  async challenged(algorithm = "SHA-256"): Promise<this> {
    const response = await fetch(`http://${this.host}/who?x=1`);
    this.keep(response.headers.get("WWW-Authenticate") ?? "", algorithm);
    return this;
  }

  keep(header: string, algorithm: string): void {
    const challenge =
      header.split(/, (?=Digest )/).find((one) => one.includes(`algorithm=${algorithm},`)) ?? "";
    const pairs = [...challenge.matchAll(/([\w-]+)=(?:"([^"]*)"|([^\s,]+))/g)];
    this.#fields = Object.fromEntries(
      pairs.map(([, name = "", quoted, bare]) => [name, quoted ?? bare ?? ""]),
    );
    this.count = 0;
  }

  get stale(): string | undefined {
    return this.#fields.stale;
  }

  header(changes: Record<string, string> = {}): string {
    const { realm = "", nonce = "", opaque = "", algorithm = "" } = this.#fields;
    const hash = (text: string): string =>
      createHash(algorithm.startsWith("MD5") ? "md5" : "sha256")
        .update(text)
        .digest("hex");
    const nc = (++this.count).toString(16).padStart(8, "0");
    const made = {
      username: this.name,
      realm,
      nonce,
      uri: "/who?x=1",
      cnonce: "abc",
      nc,
      qop: "auth",
      opaque,
      algorithm,
    };
    const fields: Record<string, string> = { ...made, ...changes };
    const name = Buffer.from(fields.username ?? "", "latin1").toString("utf8");
    const own = hash(`${name}:${fields.realm ?? ""}:${this.password}`);
    const ha1 = algorithm.endsWith("-sess") ? hash(`${own}:${fields.nonce ?? ""}:abc`) : own;
    const ha2 = hash(`GET:${fields.uri ?? ""}`);
    const proof = [ha1, fields.nonce, fields.nc, "abc", fields.qop, ha2].join(":");
    const all = { ...fields, response: hash(proof), ...changes };
    return `Digest ${Object.entries(all)
      .map(([key, value]) => (value === "" ? "" : `${key}="${value}"`))
      .join(", ")}`;
  }

  async ask(authorization = this.header()): Promise<string> {
    const response = await fetch(`http://${this.host}/who?x=1`, {
      headers: { Authorization: authorization },
    });
    if (response.ok) return response.text();
    this.keep(response.headers.get("WWW-Authenticate") ?? "", this.#fields.algorithm ?? "");
    return `${response.status}${this.stale === "true" ? " stale" : ""}`;
  }
}

describe("digest", () => {
  const servers = new Servers();
  const folder = mkdtempSync(join(tmpdir(), "appd-digest-"));
  afterEach(() => servers.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  async function serve(options: DigestOptions = {}, portal: Portal = portalOf()): Promise<string> {
    const scheme = digest(options);
    return servers.start(
      guard(portal, (request, response) => response.end(avatarOf(request, IVisitor).name), [scheme]),
    );
  }

  it("CC-07: takes the proof of whoever knows the password, SHA-256 unless said", async () => {
    const client = await new Client(await serve()).challenged();
    expect([await client.ask(), await client.ask()]).toEqual(["alice", "alice"]);
    const unable = await new Client(client.host).challenged("MD5");
    expect(await unable.ask()).toBe("401");
  });

  it.each(["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"] as const)(
    "CC-07: takes %s when asked for",
    async (name) => {
      const client = await new Client(await serve({ algorithms: [name] })).challenged(name);
      expect(await client.ask()).toBe("alice");
    },
  );

  it("offers the algorithms in the order given, a challenge each", async () => {
    const response = await fetch(`http://${await serve({ algorithms: ["SHA-256", "MD5"], realm: "site" })}/`);
    const offered = (response.headers.get("WWW-Authenticate") ?? "").split(/, (?=Digest )/);
    expect(offered).toEqual([
      expect.stringMatching(
        /^Digest realm="site", qop="auth", algorithm=SHA-256, nonce="[\w-]{24}", opaque="/,
      ),
      expect.stringMatching(/algorithm=MD5, .* charset=UTF-8$/),
    ]);
  });

  it("takes names beyond ASCII, written in UTF-8 or as RFC 8187 has it", async () => {
    const password = "pässword:mit:Doppelpunkt";
    const client = await new Client(
      await serve(),
      Buffer.from("jürgen").toString("latin1"),
      password,
    ).challenged();
    expect(await client.ask()).toBe("jürgen");
    const header = client.header().replace(/username="[^"]*"/, "username*=UTF-8''j%C3%BCrgen");
    expect(await client.ask(header)).toBe("jürgen");
  });

  it("refuses a wrong password and an unknown name in the same way", async () => {
    const host = await serve();
    expect(await (await new Client(host, "alice", "wrong").challenged()).ask()).toBe("401");
    expect(await (await new Client(host, "bob").challenged()).ask()).toBe("401");
    expect(await (await new Client(host, "bob", "nobody's password").challenged()).ask()).toBe("401");
  });

  it.each([
    ["CC-09: without a username", { username: "" }, "401"],
    ["CC-09: without an opaque", { opaque: "" }, "401"],
    ["CC-09: without a nonce", { nonce: "" }, "401"],
    ["CC-09: with an opaque that is none", { opaque: "abc" }, "401"],
    ["CC-09: with the opaque of another nonce", { nonce: "abc" }, "401"],
    [
      "with an opaque that was not made here",
      { opaque: `00-${btoa("abc,127.0.0.1,1")}`, nonce: "abc" },
      "401 stale",
    ],
    ["for another realm", { realm: "other" }, "401"],
    ["for another path", { uri: "/other" }, "401"],
    ["without qop, as before RFC 2617", { qop: "" }, "401"],
    ["for qop auth-int, which is not offered", { qop: "auth-int" }, "401"],
    ["with a count that is none", { nc: "xyz" }, "401"],
    ["with an algorithm that is not offered", { algorithm: "MD5" }, "401"],
    ["with an algorithm that is not known", { algorithm: "SHA-512-256" }, "401"],
    ["with a hashed username", { userhash: "true" }, "401"],
    ["with half of a name", { "username*": "UTF-8''%C3" }, "401"],
    ["with an empty response", { response: "" }, "401"],
  ])("refuses a response %s", async (_, changes, expected) => {
    const client = await new Client(await serve()).challenged();
    expect(await client.ask(client.header(changes))).toBe(expected);
  });

  it("refuses a response that comes a second time, and says that a new challenge helps", async () => {
    const client = await new Client(await serve()).challenged();
    const stolen = client.header();
    expect(await client.ask(stolen)).toBe("alice");
    expect(await client.ask(stolen)).toBe("401 stale");
    expect(await client.ask()).toBe("alice");
  });

  it("W-42: a response that comes a second time is a line in the log, a challenge that is too old is none", async () => {
    const log = new KeptLog();
    const clock = new FakeClock();
    const client = await new Client(
      await serve({ clock }, new Portal(new Realm(), [alice()], { logger: log })),
    ).challenged();
    const stolen = client.header();
    await client.ask(stolen);
    await client.ask(stolen);
    await clock.pass(901_000);
    expect(await client.ask()).toBe("401 stale");
    expect(log.messages).toEqual([
      expect.stringMatching(/^info login of "alice" from \S+: granted$/),
      expect.stringMatching(/^warn login by digest from \S+: refused$/),
    ]);
    expect(log.lines[1]?.fields.reason).toBe("Invalid response, the nonce count was used already");
  });

  it("lets one of two through who bring the same response at once", async () => {
    const client = await new Client(await serve()).challenged();
    const stolen = client.header();
    const answers = await Promise.all([client.ask(stolen), client.ask(stolen), client.ask(stolen)]);
    expect(answers.filter((answer) => answer === "alice")).toHaveLength(1);
  });

  it("takes responses that overtake each other", async () => {
    const client = await new Client(await serve()).challenged();
    const [first, second, third] = [client.header(), client.header(), client.header()];
    expect([await client.ask(third), await client.ask(first), await client.ask(second)]).toEqual(
      Array(3).fill("alice"),
    );
  });

  it("does not use up a response for whoever does not know the password", async () => {
    const client = await new Client(await serve()).challenged();
    const right = client.header();
    expect(await client.ask(right.replace(/response="./, 'response="x'))).toBe("401");
    expect(await client.ask(right)).toBe("alice");
  });

  it("CC-08: a challenge is good for fifteen minutes, and for the address that it was made for", async () => {
    const clock = new FakeClock();
    let address = "192.0.2.1";
    const handler = guard(portalOf(), (_request, response) => response.end("in"), [digest({ clock })], {
      address: () => address,
    });
    const client = await new Client(await servers.start(handler)).challenged();
    await clock.pass(899_000);
    expect(await client.ask()).toBe("in");
    await clock.pass(2_000);
    expect(await client.ask()).toBe("401 stale");
    address = "192.0.2.2";
    expect(await client.ask()).toBe("401 stale");
    expect(await client.ask()).toBe("in");
  });

  describe("over a password file", () => {
    const SITE = { username: "alice", realm: "site", password: "s3cret" };

    async function portalOver(stored: string): Promise<Portal> {
      const file = join(folder, "site.passwd");
      writeFileSync(file, `alice:${stored}\n`, { mode: 0o600 });
      return portalOf(new Realm(), await FilePasswordDB.open(file));
    }
    const ha1 = (...names: DigestName[]): string => writeHA1(SITE, names);

    it("CC-06: takes HA1 that is stored for its realm", async () => {
      const host = await serve({ realm: "site" }, await portalOver(ha1("SHA-256")));
      const client = await new Client(host).challenged();
      expect([await client.ask(), await client.ask(client.header({ username: "bob" }))]).toEqual([
        "alice",
        "401",
      ]);
    });

    it("rule 35: is refused at the start over hashes, with the reason", async () => {
      const portal = await portalOver(await hashPassword("s3cret", { hash: "scrypt" }));
      await expect(serve({}, portal)).rejects.toThrow(
        "site.passwd stores hashes, and a challenge is judged by the password itself or HA1 (hash=ha1)",
      );
    });

    it("is refused at the start over HA1 for another realm or algorithm", async () => {
      const portal = await portalOver(ha1("SHA-256"));
      await expect(serve({ realm: "other" }, portal)).rejects.toThrow(
        'site.passwd stores the HA1 of alice for the realm "site" with SHA-256, and asked for is "other" with SHA-256',
      );
      await expect(serve({ realm: "site", algorithms: ["SHA-256", "MD5"] }, portal)).rejects.toThrow(
        "with MD5",
      );
      const both = await portalOver(ha1("SHA-256", "MD5"));
      await expect(serve({ realm: "site", algorithms: ["SHA-256", "MD5"] }, both)).resolves.toBeDefined();
    });
  });

  it("refuses an algorithm that is not known when it is made", () => {
    expect(() => digest({ algorithms: ["SHA" as "MD5"] })).toThrow(
      'there is no digest algorithm called "SHA"',
    );
  });
});
