import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  avatarOf,
  basic,
  clientCertificate,
  guard,
  IClientCertificate,
  ICredentialsChecker,
  Implements,
  UnauthorizedLogin,
  type Listener,
} from "../../src/index";
import { alice, basicHeader, IVisitor, portalOf, Realm, Servers } from "./guard-harness";

/** Knows whoever the authority has signed, by the common name. */
@Implements(ICredentialsChecker)
class Certified implements ICredentialsChecker {
  readonly credentialInterfaces = [IClientCertificate];
  requestAvatarId({ certificate, authorized }: IClientCertificate): string {
    if (authorized && certificate.subject.CN !== "mallory") return String(certificate.subject.CN);
    throw new UnauthorizedLogin();
  }
}

describe("clientCertificate", () => {
  const servers = new Servers();
  const folder = mkdtempSync(join(tmpdir(), "appd-tls-"));
  const path = (name: string): string => join(folder, name);
  const file = (name: string): Buffer => readFileSync(path(name));
  const openssl = (...words: string[]): void =>
    void execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });

  beforeAll(() => {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=Our CA",
      "-days",
      "2",
    );
    openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      "self.key",
      "-out",
      "self.pem",
      "-subj",
      "/CN=eve",
      "-days",
      "2",
    );
    for (const name of ["localhost", "robot", "mallory"]) {
      openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
      writeFileSync(path("san"), `subjectAltName=DNS:${name}`);
      const signed = [
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "san",
      ];
      openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...signed);
    }
  });
  afterEach(() => servers.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  const hello: Listener = (request, response) => response.end(avatarOf(request, IVisitor).name);

  async function serve(...more: Parameters<typeof guard>[2]): Promise<string> {
    const handler = guard(portalOf(new Realm(), new Certified(), alice()), hello, [
      clientCertificate(),
      ...more,
    ]);
    const tls = { key: file("localhost.key"), cert: file("localhost.pem"), ca: file("ca.pem") };
    return servers.listen(createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, handler));
  }

  function ask(host: string, name?: string, authorization?: string): Promise<string> {
    const shown = name === undefined ? {} : { key: file(`${name}.key`), cert: file(`${name}.pem`) };
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const [hostname = "", port] = host.split(":");
    return new Promise((resolve, reject) => {
      const options = {
        hostname,
        port,
        servername: "localhost",
        ca: file("ca.pem"),
        agent: false,
        headers,
        ...shown,
      };
      const asked = request(options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (more: string) => (text += more));
        response.on("end", () =>
          resolve(
            response.statusCode === 200
              ? text
              : `${response.statusCode} ${response.headers["www-authenticate"]}`,
          ),
        );
      });
      asked.on("error", reject).end();
    });
  }

  it("lets in whoever has a certificate that the checker knows", async () => {
    expect(await ask(await serve(), "robot")).toBe("robot");
  });

  it("rule 22: refuses whoever shows none, one of nobody's authority, or one that the checker refuses", async () => {
    const host = await serve();
    for (const name of [undefined, "self", "mallory"])
      expect(await ask(host, name)).toBe('401 ClientCertificate realm="appd"');
  });

  it("leaves room for another scheme where the certificate does not do", async () => {
    const host = await serve(basic());
    const header = basicHeader("alice", "s3cret");
    expect(await ask(host, undefined, header)).toBe("alice");
    expect(await ask(host, "mallory", header)).toBe("alice");
    expect(await ask(host, "robot", header)).toBe("robot");
  });

  it("finds no certificate on a connection without TLS", async () => {
    const host = await servers.start(
      guard(portalOf(new Realm(), new Certified()), hello, [clientCertificate()]),
    );
    expect((await fetch(`http://${host}/`)).status).toBe(401);
  });
});
