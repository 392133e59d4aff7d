import {
  Anonymous,
  BearerToken,
  ClientCertificate,
  CramMD5Credentials,
  DigestCredentialFactory,
  DigestedCredentials,
  DigestFailed,
  IAnonymous,
  IBearerToken,
  IClientCertificate,
  ICredentials,
  InMemoryUsernamePasswordDatabase,
  ISSHPrivateKey,
  IUsernameDigestHash,
  IUsernameHashedPassword,
  IUsernamePassword,
  provides,
  SSHPrivateKey,
  UnauthorizedLogin,
  UsernamePassword,
  verifyObject,
} from "appd";
import { makeHA1, readHA1, writeHA1 } from "../../src/cred/ha1";
import { FakeClock, thrownBy } from "./harness";

describe("credentials", () => {
  it.each([
    ["CC-02", new UsernamePassword("a", "b"), IUsernamePassword],
    ["CC-05", new CramMD5Credentials(), IUsernameHashedPassword],
    ["CC-10", new Anonymous(), IAnonymous],
    [
      "CC-11",
      new SSHPrivateKey("a", { algName: "x", blob: Buffer.of(), sigData: Buffer.of() }),
      ISSHPrivateKey,
    ],
    ["new", new BearerToken("x"), IBearerToken],
    ["new", new ClientCertificate({} as never, true), IClientCertificate],
  ])("%s: %p provides its interface, and ICredentials (CC-01)", (_row, credentials, wanted) => {
    verifyObject(credentials, wanted);
    expect(provides(credentials, ICredentials)).toBe(true);
  });

  it("CC-02, W-10: a password is compared as a whole, in any composition", () => {
    const credentials = new UsernamePassword("alice", "caf\u00e9");
    expect([credentials.checkPassword("cafe\u0301"), credentials.checkPassword("caf")]).toEqual([
      true,
      false,
    ]);
  });

  it("CC-11: a key without a signature asks whether it would do", () => {
    const key = new SSHPrivateKey("a", { algName: "ssh-ed25519", blob: Buffer.of(1), sigData: Buffer.of(2) });
    expect(key.signature).toBeUndefined();
  });
});

describe("CramMD5Credentials", () => {
  it("CC-05: makes one challenge, which stays", () => {
    const credentials = new CramMD5Credentials("mail.example.org");
    expect(credentials.getChallenge()).toMatch(/^<[0-9a-f]{32}\.\d+@mail\.example\.org>$/);
    expect(credentials.getChallenge()).toBe(credentials.getChallenge());
    expect(new CramMD5Credentials().getChallenge()).not.toBe(new CramMD5Credentials().getChallenge());
    expect(credentials.moreChallenges()).toBe(false);
  });

  it("CC-05: agrees with RFC 2195", () => {
    class Example extends CramMD5Credentials {
      override getChallenge = () => "<1896.697170952@postoffice.reston.mci.net>";
    }
    const credentials = new Example();
    expect(credentials.checkPassword("tanstaaftanstaaf")).toBe(false);
    credentials.setResponse("tim b913a602c7eda7a495b4e6e7334d3890");
    expect(credentials.username).toBe("tim");
    expect(credentials.checkPassword("tanstaaftanstaaf")).toBe(true);
    expect(credentials.checkPassword("tanstaaf")).toBe(false);
  });

  it("CC-05: takes a response that is none for a wrong one", () => {
    for (const response of ["", "tim", "tim ", " x"]) {
      const credentials = new CramMD5Credentials();
      credentials.setResponse(response);
      expect(credentials.checkPassword("x")).toBe(false);
    }
  });

  it("is judged by passwords in memory", async () => {
    const credentials = new CramMD5Credentials();
    const { createHmac } = process.getBuiltinModule("node:crypto");
    const proof = createHmac("md5", "s3cret").update(credentials.getChallenge()).digest("hex");
    credentials.setResponse(`alice ${proof}`);
    const db = new InMemoryUsernamePasswordDatabase({ alice: "s3cret" });
    expect(await db.requestAvatarId(credentials)).toBe("alice");
    credentials.setResponse(`mallory ${proof}`);
    await expect(db.requestAvatarId(credentials)).rejects.toThrow(UnauthorizedLogin);
  });
});

describe("DigestedCredentials", () => {
  const rfc7616 = {
    method: "GET",
    realm: "http-auth@example.org",
    fields: {
      nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
      nc: "00000001",
      cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
      qop: "auth",
      uri: "/dir/index.html",
    },
  };

  it.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["sha-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ])("CC-07: agrees with RFC 7616 for %s, by password and by HA1", (algorithm, response) => {
    const fields = { ...rfc7616.fields, algorithm, response };
    const credentials = new DigestedCredentials("Mufasa", { ...rfc7616, fields });
    expect(credentials.checkPassword("Circle of Life")).toBe(true);
    expect(credentials.checkPassword("Circle of life")).toBe(false);
    const name = algorithm === "MD5" ? "MD5" : "SHA-256";
    const ha1 = makeHA1({ username: "Mufasa", realm: rfc7616.realm, password: "Circle of Life" }, name);
    expect(credentials.checkHash(ha1)).toBe(true);
    const other = new DigestedCredentials("Mufasa", { ...rfc7616, method: "POST", fields });
    expect(other.checkHash(ha1)).toBe(false);
  });

  it("CC-07: takes MD5 where no algorithm is named, and knows the session algorithms", () => {
    const { createHash } = process.getBuiltinModule("node:crypto");
    const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
    const { nonce, nc, cnonce, qop, uri } = rfc7616.fields;
    const session = sha(`${sha("Mufasa:r:x")}:${nonce}:${cnonce}`);
    const response = sha([session, nonce, nc, cnonce, qop, sha(`GET:${uri}`)].join(":"));
    const fields = { ...rfc7616.fields, algorithm: "SHA-256-sess", response };
    const credentials = new DigestedCredentials("Mufasa", { method: "GET", realm: "r", fields });
    expect(credentials.checkPassword("x")).toBe(true);
    expect(new DigestedCredentials("a", rfc7616).algorithm).toBe("MD5");
  });

  it("provides both interfaces, so that either kind of checker can judge it", () => {
    const credentials = new DigestedCredentials("a", rfc7616);
    expect([
      provides(credentials, IUsernameHashedPassword),
      provides(credentials, IUsernameDigestHash),
    ]).toEqual([true, true]);
  });
});

describe("DigestCredentialFactory", () => {
  const clock = new FakeClock();
  const factory = new DigestCredentialFactory("SHA-256", "site", { clock: clock as never });

  /** What a client says that answers a challenge, with other fields where a test wants them. */
  function response(
    change: Readonly<Record<string, string | undefined>> = {},
    address = "192.0.2.1",
  ): string {
    const { nonce, opaque, realm, algorithm } = factory.getChallenge(address);
    const fields: Readonly<Record<string, string | undefined>> = {
      username: "alice",
      realm,
      nonce,
      opaque,
      algorithm,
      uri: "/",
      qop: "auth",
      nc: "00000001",
      cnonce: "c",
      response: "0",
      ...change,
    };
    return Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}="${value ?? ""}"`)
      .join(", ");
  }

  const decode = (text: string, address = "192.0.2.1") =>
    factory.decode(text, { method: "GET", address, uri: "/" });

  it("CC-08: makes challenges that are all different", () => {
    const [one, other] = [factory.getChallenge("192.0.2.1"), factory.getChallenge("192.0.2.1")];
    expect(one).toEqual({
      nonce: expect.stringMatching(/^[\w-]{24}$/) as string,
      opaque: expect.stringMatching(/^[0-9a-f]{64}-[\w-]+$/) as string,
      qop: "auth",
      algorithm: "SHA-256",
      realm: "site",
    });
    expect(one.nonce).not.toBe(other.nonce);
  });

  it("CC-08: takes an answer apart, quoted or not", () => {
    const credentials = decode(response().replace('nc="00000001"', "nc=00000001"));
    expect([credentials.username, credentials.realm, credentials.fields.nc]).toEqual([
      "alice",
      "site",
      "00000001",
    ]);
    expect(decode(response({ username: 'al\\"i\\\\ce' })).username).toBe('al"i\\ce');
    expect(decode(`${response({ username: undefined })}, username*=UTF-8''Jos%C3%A9`).username).toBe("José");
  });

  it("CC-08: knows the algorithms in any case, and no others", () => {
    expect(new DigestCredentialFactory("sha-256-SESS", "x").algorithm).toBe("SHA-256-sess");
    expect(() => new DigestCredentialFactory("sha", "x")).toThrow(
      'there is no digest algorithm called "sha"',
    );
  });

  it.each([
    ["Invalid response, no username given.", response({ username: undefined })],
    ["Invalid response, no username given.", response({ username: "" })],
    ["Invalid response, no opaque given.", response({ opaque: undefined })],
    ["Invalid response, no nonce given.", response({ nonce: undefined })],
    ["Invalid response, invalid opaque value", response({ opaque: "nothing" })],
    ["Invalid response, incompatible opaque/nonce values", response({ nonce: "another" })],
    ["Invalid response, incompatible opaque/client values", response({}, "192.0.2.99")],
    [
      "Invalid response, invalid opaque/time values",
      response({ nonce: "n", opaque: `0-${Buffer.from("n,192.0.2.1,soon").toString("base64url")}` }),
    ],
    [
      "Invalid response, invalid opaque value",
      response({ nonce: "n", opaque: `0-${Buffer.from("n,192.0.2.1,99").toString("base64url")}` }),
    ],
    ["Invalid response, it is for another realm", response({ realm: "elsewhere" })],
    ["Invalid response, it is made with another algorithm", response({ algorithm: "MD5" })],
    ["Invalid response, it is made with another algorithm", response({ algorithm: undefined })],
    ['Invalid response, its qop is not "auth"', response({ qop: "auth-int" })],
    ['Invalid response, its qop is not "auth"', response({ qop: undefined })],
    ["Invalid response, it is for another uri", response({ uri: "/admin" })],
    ["Invalid response, invalid nonce count", response({ nc: "1" })],
    ["Invalid response, no username given.", "garbage"],
  ])("CC-09: refuses: %s", async (message, text) => {
    const error = await thrownBy(Promise.resolve().then(() => decode(text)));
    expect(error).toBeInstanceOf(DigestFailed);
    expect(error).toBeInstanceOf(UnauthorizedLogin);
    expect((error as Error).message).toBe(message);
  });

  it("CC-09: calls a challenge stale after 15 minutes", async () => {
    const text = response();
    clock.seconds += 900;
    expect(decode(text).username).toBe("alice");
    const later = response();
    clock.seconds += 901;
    const error = (await thrownBy(Promise.resolve().then(() => decode(later)))) as DigestFailed;
    expect([error.message, error.stale]).toEqual([
      "Invalid response, incompatible opaque/nonce too old",
      true,
    ]);
  });

  it("CC-08: takes several answers to one challenge, each once", () => {
    const password = "s3cret";
    const { nonce, opaque, realm, algorithm } = factory.getChallenge();
    const { createHash } = process.getBuiltinModule("node:crypto");
    const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
    const answer = (nc: string) => {
      const proof = sha([sha(`alice:site:${password}`), nonce, nc, "c", "auth", sha("GET:/")].join(":"));
      const text = `username="alice", realm="${realm}", nonce="${nonce}", opaque="${opaque}", algorithm=${algorithm}, uri="/", qop=auth, nc=${nc}, cnonce="c", response="${proof}"`;
      return factory.decode(text, { method: "GET" });
    };
    expect(["00000001", "00000003", "00000002"].map((nc) => answer(nc).checkPassword(password))).toEqual([
      true,
      true,
      true,
    ]);
    expect(() => answer("00000003")).toThrow("the nonce count was used already");
  });
});

describe("HA1", () => {
  it("is stored with its realm, for the algorithms that are asked for", () => {
    const text = writeHA1({ username: "alice", realm: "The Site", password: "s3cret" }, ["SHA-256", "MD5"]);
    expect(text).toMatch(/^\$ha1\$r=[A-Za-z0-9+/]+\$SHA-256=[0-9a-f]{64},MD5=[0-9a-f]{32}$/);
    expect(readHA1(text)?.realm).toBe("The Site");
  });

  it.each(["$ha1$", "$ha1$r=x$MD5=00", "$ha1$r=x$SHA1=00", "$ha1$r=eA$MD5=" + "g".repeat(32)])(
    "is not read from %s",
    (text) => {
      expect(readHA1(text)).toBeUndefined();
    },
  );
});
