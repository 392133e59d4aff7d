/** Whoever guesses must not learn which names there are. No times here: what costs time is counted. */
import crypto from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  basic,
  digest,
  FilePasswordDB,
  guard,
  hashPassword,
  hashQueue,
  type GuardScheme,
} from "../../src/index";
import { writeHA1 } from "../../src/cred/ha1";
import { basicHeader, portalOf, Realm, Servers } from "./guard-harness";

describe("whoever is refused by a guard", () => {
  const servers = new Servers();
  const folder = mkdtempSync(join(tmpdir(), "appd-same-"));
  afterEach(() => {
    servers.close();
    jest.restoreAllMocks();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function serve(lines: string, scheme: GuardScheme): Promise<string> {
    const file = join(folder, "users.passwd");
    writeFileSync(file, lines, { mode: 0o600 });
    const portal = portalOf(new Realm(), await FilePasswordDB.open(file));
    return servers.start(guard(portal, (_request, response) => response.end(), [scheme]));
  }

  /** All that comes back, without what differs from second to second. */
  function answer(host: string, authorization: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const [hostname, port] = host.split(":");
      const asked = request(
        { hostname, port, headers: { Authorization: authorization }, agent: false },
        (response) => {
          const head = [response.statusCode, ...response.rawHeaders].join("\n");
          let text = "";
          response.setEncoding("utf8").on("data", (more: string) => (text += more));
          response.on("end", () =>
            resolve(`${head}\n${text}`.replace(/nonce="[^"]*", opaque="[^"]*"|Date\n.*/g, "")),
          );
        },
      );
      asked.on("error", reject).end();
    });
  }

  it("gets the same bytes for an unknown name as for a wrong password", async () => {
    const host = await serve(`alice:${await hashPassword("s3cret")}\n`, basic());
    const wrong = await answer(host, basicHeader("alice", "guess"));
    expect(wrong).toMatch(/^401\n/);
    expect(await answer(host, basicHeader("mallory", "guess"))).toBe(wrong);
  });

  it("rule 4: costs one hash of the same parameters for an unknown name as for a wrong password", async () => {
    const host = await serve(`alice:${await hashPassword("s3cret", { hash: "scrypt" })}\n`, basic());
    const hashes = jest.spyOn(hashQueue(), "run");
    const scrypt = jest.spyOn(crypto, "scrypt");
    const costOf = async (name: string): Promise<unknown> => {
      hashes.mockClear();
      scrypt.mockClear();
      await answer(host, basicHeader(name, "guess"));
      const made = (scrypt.mock.calls as unknown[][]).map(([, salt, length, cost]) => ({
        salt: (salt as Buffer).length,
        length,
        cost,
      }));
      return { hashes: hashes.mock.calls.length, made };
    };
    const known = await costOf("alice");
    expect(known).toMatchObject({ hashes: 1, made: [{ salt: 16, length: 32 }] });
    expect(await costOf("mallory")).toEqual(known);
  });

  it("gets the same bytes from digest, whether the name or the password is wrong", async () => {
    const ha1 = writeHA1({ username: "alice", realm: "appd", password: "s3cret" });
    const host = await serve(`alice:${ha1}\n`, digest());
    const challenge = (await fetch(`http://${host}/`)).headers.get("WWW-Authenticate") ?? "";
    const [, nonce = "", opaque = ""] = /nonce="([^"]*)", opaque="([^"]*)"/.exec(challenge) ?? [];
    const shown = (name: string): string =>
      `Digest username="${name}", realm="appd", nonce="${nonce}", uri="/", cnonce="c", nc=00000001, qop=auth, ` +
      `opaque="${opaque}", algorithm=SHA-256, response="${"0".repeat(64)}"`;
    const wrong = await answer(host, shown("alice"));
    expect(wrong).toMatch(/^401\n/);
    expect(await answer(host, shown("mallory"))).toBe(wrong);
  });
});
