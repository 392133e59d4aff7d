import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, SignJWT, type KeyLike } from "jose";
import { BearerToken } from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import { JWTChecker } from "../../src/plugins/jwt/jwt-checker";
import { RemoteKeys } from "../../src/plugins/jwt/remote-keys";
import { JWTFactory } from "../../src/plugins/jwt";
import { describeWith } from "../programs";
import { Attempt, Checked, checkerOf, faultOf, Folder, printed, Surroundings } from "./harness";

const jwt = new JWTFactory();
const FOR_US = "issuer=https://idp.example:audience=myserver";

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

/** A key pair, and tokens made with it. */
class Issuer {
  private constructor(
    readonly alg: string,
    readonly kid: string,
    readonly keys: { publicKey: KeyLike; privateKey: KeyLike },
  ) {}

  static async of(alg = "ES256", kid = "k1"): Promise<Issuer> {
    return new Issuer(alg, kid, await generateKeyPair(alg, { extractable: true }));
  }

  pem(): Promise<string> {
    return exportSPKI(this.keys.publicKey);
  }
  async jwk(): Promise<object> {
    return { ...(await exportJWK(this.keys.publicKey)), kid: this.kid, alg: this.alg, use: "sig" };
  }

  async token(
    claims: Record<string, unknown> = {},
    kid: string | undefined = this.kid,
  ): Promise<BearerToken> {
    const seconds = Math.floor(Date.now() / 1000);
    const usual = { iss: "https://idp.example", aud: "myserver", sub: "alice", exp: seconds + 60 };
    const token = new SignJWT({ ...usual, ...claims }).setProtectedHeader({
      alg: this.alg,
      ...(kid !== "" && { kid }),
    });
    return new BearerToken(await token.sign(this.keys.privateKey));
  }
}

const keySet = async (...issuers: Issuer[]): Promise<string> =>
  JSON.stringify({ keys: await Promise.all(issuers.map((issuer) => issuer.jwk())) });

describe("--auth jwt", () => {
  it.each(["ES256", "RS256", "PS512", "EdDSA"])(
    "lets in by a token signed with %s, by a key in PEM or in a set",
    async (alg) => {
      const issuer = await Issuer.of(alg);
      folder.write("key.pem", await issuer.pem(), 0o644);
      folder.write("keys.json", await keySet(await Issuer.of(alg, "k0"), issuer), 0o644);
      for (const file of ["key.pem", "keys.json"]) {
        const checker = await checkerOf(jwt, `${folder.at(file)}:${FOR_US}`);
        expect(await checker.outcome(await issuer.token())).toBe("alice");
        expect(await checker.outcome(await (await Issuer.of(alg)).token())).toBe("refused");
      }
    },
  );

  it("tries the keys of a set for a token that names none", async () => {
    const issuers = [await Issuer.of("RS256", "k1"), await Issuer.of("RS256", "k2"), await Issuer.of()];
    const checker = await checkerOf(jwt, `${folder.write("keys", await keySet(...issuers))}:${FOR_US}`);
    for (const issuer of issuers) {
      expect(await checker.outcome(await issuer.token({}, ""))).toBe("alice");
      expect(await checker.outcome(await issuer.token({ aud: "other" }, ""))).toBe("refused");
      expect(await checker.outcome(await issuer.token({}, "k9"))).toBe("refused");
    }
    expect(await checker.outcome(await (await Issuer.of("RS256")).token({}, ""))).toBe("refused");
  });

  it("takes the name from another claim", async () => {
    const issuer = await Issuer.of();
    const checker = await checkerOf(jwt, `${folder.write("key", await issuer.pem())}:${FOR_US}:id=email`);
    expect(await checker.outcome(await issuer.token({ email: "alice@example.org" }))).toBe(
      "alice@example.org",
    );
    expect(await checker.outcome(await issuer.token())).toBe("refused");
  });

  const now = (): number => Math.floor(Date.now() / 1000);
  it.each([
    ["has expired", () => ({ exp: now() - 10 })],
    ["never expires", () => ({ exp: undefined })],
    ["is not yet valid", () => ({ nbf: now() + 60 })],
    ["is somebody else's", () => ({ iss: "https://evil.example" })],
    ["is for somebody else", () => ({ aud: "otherserver" })],
    ["is for nobody", () => ({ aud: undefined })],
    ["names nobody", () => ({ sub: undefined })],
    ["has an empty name", () => ({ sub: "" })],
    ["has a name that is no text", () => ({ sub: { $gt: "" } })],
  ])("refuses a token that %s", async (_, claims) => {
    const issuer = await Issuer.of();
    const checker = await checkerOf(jwt, `${folder.write("key", await issuer.pem())}:${FOR_US}`);
    expect(await checker.outcome(await issuer.token(claims()))).toBe("refused");
  });

  it("bears with clocks that differ by as much as was said", async () => {
    const issuer = await Issuer.of();
    const path = folder.write("key", await issuer.pem());
    const late = await issuer.token({ exp: now() - 30 });
    expect(await (await checkerOf(jwt, `${path}:${FOR_US}:tolerance=60`)).outcome(late)).toBe("alice");
    expect(await (await checkerOf(jwt, `${path}:${FOR_US}:tolerance=0`)).outcome(late)).toBe("refused");
  });

  it("refuses what is no token, has no signature, or is signed with the public key as a secret", async () => {
    const issuer = await Issuer.of("RS256");
    const pem = await issuer.pem();
    const checker = await checkerOf(jwt, `${folder.write("key", pem)}:${FOR_US}`);
    const { token } = await issuer.token();
    const [, payload = "", signature = ""] = token.split(".");
    const header = (alg: string): string => Buffer.from(JSON.stringify({ alg })).toString("base64url");
    const claims = { iss: "https://idp.example", aud: "myserver", sub: "alice", exp: now() + 60 };
    const confused = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(pem));
    const bad = ["", "a.b.c", `${header("none")}.${payload}.`, `${header("RS256")}.${payload}.${signature}`];
    for (const one of [...bad, token.slice(0, -4), confused, "x".repeat(20_000)])
      expect(await checker.outcome(new BearerToken(one))).toBe("refused");
  });

  it("lets in by a secret that both share, and takes no token for a public key then", async () => {
    const secret = "0123456789abcdef0123456789abcdef";
    const checker = await checkerOf(jwt, `secret=${folder.write("secret", `${secret}\n`)}:${FOR_US}`);
    const claims = { iss: "https://idp.example", aud: "myserver", sub: "alice", exp: now() + 60 };
    const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256" });
    expect(await checker.outcome(new BearerToken(await token.sign(Buffer.from(secret))))).toBe("alice");
    expect(await checker.outcome(await (await Issuer.of("RS256")).token())).toBe("refused");
  });

  it("rule 3: reads a file again that has changed, and goes by the keys from before while it is broken", async () => {
    const [first, second] = [await Issuer.of(), await Issuer.of()];
    const checker = await checkerOf(jwt, `${folder.write("keys", await keySet(first))}:${FOR_US}`);
    folder.write("keys", await keySet(second));
    expect(await checker.outcome(await first.token())).toBe("refused");
    expect(await checker.outcome(await second.token())).toBe("alice");
    const attempt = new Attempt();
    folder.write("keys", "{");
    expect(await checker.outcome(await second.token(), attempt)).toBe("alice");
    expect(attempt.complaints).toEqual([expect.stringContaining("it is no JSON")]);
  });

  describeWith("openssl")("with a certificate made by openssl", () => {
    it("takes its key", async () => {
      const issuer = await Issuer.of("RS256");
      const key = folder.write("key", await exportPKCS8(issuer.keys.privateKey));
      const certificate = printed("openssl", ["req", "-x509", "-key", key, "-subj", "/CN=idp", "-days", "2"]);
      const checker = await checkerOf(jwt, `${folder.write("cert", certificate)}:${FOR_US}`);
      expect(await checker.outcome(await issuer.token())).toBe("alice");
    });
  });

  describe("with the URL of a key set", () => {
    let server: Server;
    let answer: { status: number; body: string };
    let asked = 0;
    let time = 1_000_000;

    beforeEach(async () => {
      asked = 0;
      server = createServer((_, response) => {
        asked++;
        response
          .writeHead(answer.status, answer.status === 302 ? { location: "/elsewhere" } : {})
          .end(answer.body);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    const claims = { issuer: "https://idp.example", audience: "myserver", id: "sub", tolerance: 5 };
    const remote = (): Checked =>
      new Checked(new JWTChecker(new RemoteKeys(url(), { fetch, now: () => time }), claims));

    it("fetches the keys at the start, and not for each token", async () => {
      const issuer = await Issuer.of();
      answer = { status: 200, body: await keySet(issuer) };
      const checker = await checkerOf(jwt, `${url()}:${FOR_US}`);
      expect(await checker.outcome(await issuer.token())).toBe("alice");
      expect(await checker.outcome(await issuer.token())).toBe("alice");
      expect(asked).toBe(1);
    });

    it("fetches them again when a token names a new one, but no more than twice a minute", async () => {
      const [first, second] = [await Issuer.of("ES256", "k1"), await Issuer.of("ES256", "k2")];
      answer = { status: 200, body: await keySet(first) };
      const checker = remote();
      expect(await checker.outcome(await first.token())).toBe("alice");
      answer.body = await keySet(second);
      expect(await checker.outcome(await second.token())).toBe("refused");
      time += 31_000;
      expect(await checker.outcome(await second.token())).toBe("alice");
      expect(await checker.outcome(await first.token())).toBe("refused");
      expect(asked).toBe(2);
    });

    it("goes by the keys from before while the server is down, for a day, and recovers", async () => {
      const issuer = await Issuer.of();
      answer = { status: 200, body: await keySet(issuer) };
      const checker = remote();
      await checker.outcome(await issuer.token());
      answer.status = 503;
      time += 700_000;
      const attempt = new Attempt();
      expect(await checker.outcome(await issuer.token(), attempt)).toBe("alice");
      expect(attempt.complaints).toEqual([
        `${url()} answered with status 503; the keys from before still count`,
      ]);
      time += 86_400_000;
      expect(await checker.outcome(await issuer.token())).toMatchObject({ code: "APPD_SOURCE_DOWN" });
      answer.status = 200;
      time += 31_000;
      expect(await checker.outcome(await issuer.token())).toBe("alice");
    });

    it("starts without the server, says so, and lets in when it is there", async () => {
      const issuer = await Issuer.of();
      answer = { status: 500, body: "" };
      const surroundings = new Surroundings();
      await checkerOf(jwt, `${url()}:${FOR_US}`, surroundings);
      expect(surroundings.warnings).toEqual([
        `--auth jwt: ${url()} answered with status 500; nobody can log in with a token before it does`,
      ]);
      const checker = remote();
      expect(await checker.outcome(await issuer.token())).toMatchObject({ code: "APPD_SOURCE_DOWN" });
      answer = { status: 200, body: await keySet(issuer) };
      time += 31_000;
      expect(await checker.outcome(await issuer.token())).toBe("alice");
    });

    it.each([
      [404, "", "answered with status 404"],
      [200, "<html>", "it is no JSON"],
      [200, '{"keys":[]}', "there are no keys in it"],
    ])("refuses to start with an answer that is no use: %i %s", async (status, body, words) => {
      answer = { status, body };
      const fault = await faultOf(checkerOf(jwt, `${url()}:${FOR_US}`));
      expect(fault.message).toContain(words);
      expect(exitStatusOf(fault)).toBe(78);
    });

    it("goes by those of its keys that are of use", async () => {
      const issuer = await Issuer.of();
      answer = {
        status: 200,
        body: JSON.stringify({
          keys: [{ kty: "odd" }, { kty: "RSA", n: "AQAB", e: "AQAB" }, await issuer.jwk()],
        }),
      };
      const checker = await checkerOf(jwt, `${url()}:${FOR_US}`);
      expect(await checker.outcome(await issuer.token())).toBe("alice");
    });

    it("does not wait for the end of an answer that has none", async () => {
      const closed = new Promise<void>((resolve) =>
        server.removeAllListeners("request").on("request", (_, response) => {
          const endless = setInterval(() => response.write(" ".repeat(500_000)), 1);
          response.on("close", () => {
            clearInterval(endless);
            resolve();
          });
        }),
      );
      const fault = await faultOf(checkerOf(jwt, `${url()}:${FOR_US}`));
      expect(fault.message).toContain("answered with more than 1 MB");
      await closed;
    });

    it("does not follow to elsewhere", async () => {
      answer = { status: 302, body: "" };
      const surroundings = new Surroundings();
      await checkerOf(jwt, `${url()}:${FOR_US}`, surroundings);
      expect(surroundings.warnings).toHaveLength(1);
      expect(asked).toBe(1);
    });
  });

  it.each([
    [`:${FOR_US}`, 64, "it requires keys: a file, a URL, or secret=PATH"],
    ["key:issuer=x", 64, "it requires an audience: else a token for somebody else would do"],
    ["key:audience=x", 64, "it requires an issuer"],
    [`key:secret=key:${FOR_US}`, 64, "it takes keys or a secret, not both"],
    [`key:${FOR_US}:tolerance=long`, 64, "tolerance has to be a number of seconds"],
    [`http://idp.example/jwks:${FOR_US}`, 64, "could be answered by anybody on the way: write https://…"],
    [`ftp://idp.example/jwks:${FOR_US}`, 64, "is no URL of a key set"],
    [`https://[:${FOR_US}`, 64, "is no URL of a key set"],
    [`https://a\nb/jwks:${FOR_US}`, 64, "is no URL of a key set"],
    [`none:${FOR_US}`, 66, "there is no file none"],
    [`nonsense:${FOR_US}`, 78, "there is no key in it (PEM or JWKS)"],
    [`private:${FOR_US}`, 78, "it holds a private key; only the public one belongs here"],
    [`half:${FOR_US}`, 78, "its key can't be read"],
    [`oct:${FOR_US}`, 78, "its key 1 is a secret one; only public ones belong here"],
    [`short:${FOR_US}`, 78, "its key 1: it is an RSA key of less than 2048 bits"],
    [`odd:${FOR_US}`, 78, "its key 2: it can't be read"],
    [`null:${FOR_US}`, 78, "there are no keys in it"],
    [`secret=nonsense:${FOR_US}`, 78, "the secret in it has 5 bytes, less than 32"],
  ])("refuses %j with status %i: %s", async (text, status, words) => {
    folder.write("key", await (await Issuer.of()).pem());
    folder.write("nonsense", "hello");
    folder.write("private", await exportPKCS8((await Issuer.of()).keys.privateKey));
    folder.write("half", "-----BEGIN PUBLIC KEY-----\nMFk\n-----END PUBLIC KEY-----\n");
    folder.write("oct", '{"keys":[{"kty":"oct","k":"AAAA"}]}');
    folder.write("short", '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}');
    folder.write(
      "odd",
      JSON.stringify({ keys: [await (await Issuer.of()).jwk(), { kty: "RSA", n: 1, e: "AQAB" }] }),
    );
    folder.write("null", '{"keys":null}');
    const fault = await faultOf(checkerOf(jwt, text, new Surroundings(folder.path)));
    expect(fault.message).toContain(words);
    expect(exitStatusOf(fault)).toBe(status);
  });

  it("says what to install where jose is absent, and nothing where it is there", () => {
    expect(jwt.missing()).toBeUndefined();
  });
});
