/** Guards, asked by real clients. */
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { describeWith } from "../programs";
import { environment, example, Project, Running, tarball } from "./harness";

const TOKENS = `
import {
  IBearerToken, ICheckerFactory, ICredentialsChecker, Implements, UnauthorizedLogin, type AuthArguments,
} from "appd";

@Implements(ICredentialsChecker)
class Tokens implements ICredentialsChecker {
  readonly credentialInterfaces = [IBearerToken];
  constructor(private readonly names: Readonly<Record<string, string>>) {}
  requestAvatarId({ token }: IBearerToken): string {
    const name = this.names[token];
    if (name === undefined) throw new UnauthorizedLogin();
    return name;
  }
}

/** \`--auth tokens:NAME:TOKEN\`. */
@Implements(ICheckerFactory)
export class TokensFactory implements ICheckerFactory {
  readonly authType = "tokens";
  readonly authHelp = "A name and a token.";
  readonly argStringFormat = "NAME:TOKEN";
  readonly credentialInterfaces = [IBearerToken];
  readonly hasSecrets = true;
  generateChecker(args: AuthArguments): ICredentialsChecker {
    const { name = "", token = "" } = args.read({ places: ["name", "token"] });
    return new Tokens({ [token]: name });
  }
}
`;

const TLS = `
const { createServer } = require("node:https");
const { readFileSync } = require("node:fs");
const { avatarOf, clientCertificate, guard, IClientCertificate, Interface, Portal, UnauthorizedLogin } = require("appd");

class IVisitor {}
Interface("name")(IVisitor);
const realm = { requestAvatar: (name) => ({ interface: IVisitor, avatar: { name } }) };
const checker = {
  credentialInterfaces: [IClientCertificate],
  requestAvatarId({ certificate, authorized }) {
    if (!authorized) throw new UnauthorizedLogin();
    return certificate.subject.CN;
  },
};
const app = (request, response) => response.end("Hello, " + avatarOf(request, IVisitor).name + "!\\n");
const portal = new Portal(realm, [checker]);
const tls = { key: readFileSync("server.key"), cert: readFileSync("server.pem"), ca: readFileSync("ca.pem") };
const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, guard(portal, app, [clientCertificate()]));
server.listen(0, "127.0.0.1", () => console.log("listening on 127.0.0.1:" + server.address().port));
`;

describeWith("curl")("examples/guarded-site", () => {
  let project: Project;
  let running: Running | undefined;
  beforeAll(() => (project = new Project({ ...example("guarded-site"), "plugins/tokens.ts": TOKENS })));
  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });
  afterAll(() => project.remove());

  const shell = async (line: string): Promise<string> => {
    const appd = `node ${project.path("node_modules/appd/dist/cli.js")}`;
    const { stdout, stderr } = await project.run("sh", ["-c", line.replaceAll("appd ", `${appd} `)]);
    return stdout + stderr;
  };

  async function site(...args: string[]): Promise<(...words: string[]) => Promise<string>> {
    running = project.start(["site", "-p", "0", ...args]);
    const url = `http://localhost:${await running.port()}/`;
    return async (...words) => {
      const { stdout } = await project.run("curl", [
        "-sS",
        "--max-time",
        "10",
        "-w",
        "%{http_code}",
        ...words,
        url,
      ]);
      return stdout.replace(/\n(?=\d+$)/, " ");
    };
  }

  it("serves curl --basic from a file that appd passwd made", async () => {
    expect(await shell("echo 's3cret' | appd passwd add users.passwd alice")).toBe("alice was added\n");
    const curl = await site("--auth", "file:users.passwd");
    expect(await curl("--basic", "-u", "alice:s3cret")).toBe("Hello, alice! 200");
    expect(await curl("--basic", "-u", "alice:guess")).toBe("Unauthorized 401");
    expect(await curl()).toBe("Unauthorized 401");
    // Changed under the running server.
    await shell("echo 'another' | appd passwd add users.passwd alice");
    expect(await curl("-u", "alice:s3cret")).toBe("Unauthorized 401");
    expect(await curl("-u", "alice:another")).toBe("Hello, alice! 200");
  });

  it("serves names beyond ASCII, and remembers nobody whose password was changed", async () => {
    await shell("echo 'pässword' | appd passwd add names.passwd jürgen");
    const curl = await site("--auth", "file:names.passwd", "--cache", "60");
    expect([await curl("-u", "jürgen:pässword"), await curl("-u", "jürgen:pässword")]).toEqual(
      Array(2).fill("Hello, jürgen! 200"),
    );
    await shell("echo 'another' | appd passwd add names.passwd jürgen");
    expect(await curl("-u", "jürgen:pässword")).toBe("Unauthorized 401");
  });

  it.each([
    ["SHA-256", "digest", ""],
    ["MD5", "digest-md5", "--md5"],
  ])("serves curl --digest by %s over HA1 that appd passwd stored", async (algorithm, way, option) => {
    await shell(`echo 's3cret' | appd passwd add --hash ha1 --realm site ${option} ${way}.passwd alice`);
    const curl = await site("--by", way, "--realm", "site", "--auth", `file:${way}.passwd:hash=ha1`);
    expect(await curl("-i", "--digest", "-u", "alice:s3cret")).toMatch(
      new RegExp(
        `^HTTP/1.1 401 [^]*WWW-Authenticate: Digest realm="site", qop="auth", algorithm=${algorithm},[^]*Hello, alice! 200$`,
      ),
    );
    expect(await curl("--digest", "-u", "alice:guess")).toBe("Unauthorized 401");
    expect(await curl("--basic", "-u", "alice:s3cret")).toBe("Unauthorized 401");
  });

  it("serves curl --digest over passwords in memory, Basic and Bearer beside it, in the order given", async () => {
    const by = ["bearer", "digest", "basic"].flatMap((way) => ["--by", way]);
    const curl = await site(...by, "--auth", "memory:alice:s3cret", "--auth", "tokens:robot:dG9rZW4");
    const challenges = [...(await curl("-i")).matchAll(/^WWW-Authenticate: (\w+)/gim)].map(
      ([, scheme]) => scheme,
    );
    expect(challenges).toEqual(["Bearer", "Digest", "Basic"]);
    expect(await curl("--digest", "-u", "alice:s3cret")).toBe("Hello, alice! 200");
    expect(await curl("--basic", "-u", "alice:s3cret")).toBe("Hello, alice! 200");
    expect(await curl("-H", "Authorization: Bearer dG9rZW4")).toBe("Hello, robot! 200");
    expect(await curl("-i", "-H", "Authorization: Bearer stolen")).toContain('error="invalid_token"');
  });

  it("rule 35: does not start with digest over hashes, and says why", async () => {
    await shell("echo 's3cret' | appd passwd add hashed.passwd alice");
    const { status, stderr } = await project.appd([
      "site",
      "-p",
      "0",
      "--by",
      "digest",
      "--auth",
      "file:hashed.passwd",
    ]);
    expect(status).toBe(78);
    expect(stderr).toMatch(
      /^appd: no checker can judge [^\n]*, because hashed\.passwd stores hashes, and a challenge is judged by [^\n;]*\n$/,
    );
  });

  it("answers 429 with Retry-After to whoever guesses on and on, and tells the log, never the password", async () => {
    const curl = await site("--auth", "memory:alice:s3cret");
    const answers: string[] = [];
    for (let guess = 0; guess < 12; guess++) answers.push(await curl("-i", "-u", `alice:guess${guess}`));
    expect(answers[0]).toMatch(/^HTTP\/1.1 401/);
    expect(answers.at(-1)).toMatch(/^HTTP\/1.1 429 [^]*Retry-After: \d+\r/);
    const { stderr } = (await running?.stop()) ?? { stderr: "" };
    expect(stderr).toContain('"user":"alice"');
    expect(stderr).not.toMatch(/guess\d/);
  });
});

describeWith("curl")("examples/guarded-site with JSON Web Tokens", () => {
  let project: Project;
  beforeAll(async () => {
    project = new Project(example("guarded-site"), { modules: null });
    await project.install(tarball(), "jose@5");
  });
  afterAll(() => project.remove());

  const SECRET = "a secret of at least thirty-two bytes";
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const NOW = Math.floor(Date.now() / 1000);

  function token(claims: object, secret = SECRET): string {
    const signed = `${part({ alg: "HS256" })}.${part({ iss: "us", aud: "site", sub: "robot", exp: NOW + 600, ...claims })}`;
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  }

  it("serves curl with a token that was signed for it, and no other", async () => {
    writeFileSync(project.path("secret"), SECRET, { mode: 0o600 });
    const auth = "jwt:secret=secret:issuer=us:audience=site";
    const running = project.start(["site", "-p", "0", "--by", "bearer", "--auth", auth]);
    const url = `http://localhost:${await running.port()}/`;
    const curl = async (shown: string): Promise<string> => {
      const words = ["-sS", "-w", "%{http_code}", "-H", `Authorization: Bearer ${shown}`, url];
      return (await project.run("curl", words)).stdout.replace("\n", " ");
    };
    expect(await curl(token({}))).toBe("Hello, robot! 200");
    for (const wrong of [token({ exp: NOW - 60 }), token({ aud: "other" }), token({}, `${SECRET}!`), "x.y.z"])
      expect(await curl(wrong)).toBe("Unauthorized 401");
    const { stderr } = await running.stop();
    expect(stderr).not.toContain(token({}));
  });
});

describeWith("curl", "openssl")("a guard under Node's own https", () => {
  let project: Project;
  const openssl = (line: string): void => {
    execFileSync("openssl", line.split(" "), { cwd: project.folder, stdio: "pipe" });
  };
  beforeAll(() => {
    project = new Project({ "tls.cjs": TLS, san: "subjectAltName=DNS:localhost" });
    const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -subj /CN=authority -days 2`);
    openssl(`req -x509 ${key} -keyout eve.key -out eve.pem -subj /CN=robot -days 2`);
    for (const [name, subject] of Object.entries({ server: "localhost", robot: "robot" })) {
      openssl(`req ${key} -keyout ${name}.key -out ${name}.csr -subj /CN=${subject}`);
      openssl(
        `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out ${name}.pem`,
      );
    }
  });
  afterAll(() => project.remove());

  it("lets in curl with a certificate that openssl made, and nobody without", async () => {
    const running = new Running(
      spawn(process.execPath, ["tls.cjs"], {
        cwd: project.folder,
        env: environment(),
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    const url = `https://localhost:${await running.port()}/`;
    const curl = async (...words: string[]): Promise<string> => {
      const always = ["-sS", "--max-time", "10", "--cacert", "ca.pem", "-w", "%{http_code}"];
      return (await project.run("curl", [...always, ...words, url])).stdout.replace(/\n(?=\d+$)/, " ");
    };
    expect(await curl("--cert", "robot.pem", "--key", "robot.key")).toBe("Hello, robot! 200");
    expect(await curl("--cert", "eve.pem", "--key", "eve.key")).toBe("Unauthorized 401");
    expect(await curl()).toBe("Unauthorized 401");
    await running.stop();
  });
});
