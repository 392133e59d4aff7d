import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { Folder, printed } from "./harness";

const SCHEMAS = ["core", "cosine", "inetorgperson"];
const BASE = "dc=example,dc=org";

/** A directory of OpenLDAP's, with StartTLS and ldaps://, for as long as a test runs. */
export class Slapd {
  readonly folder = new Folder();
  port = 0;
  securePort = 0;
  #process: ChildProcess | undefined;

  get url(): string {
    return `ldap://127.0.0.1:${this.port}`;
  }
  get secureUrl(): string {
    return `ldaps://127.0.0.1:${this.securePort}`;
  }

  /** Makes a directory of the entries. */
  prepare(entries: string): void {
    const at = (name: string): string => this.folder.at(name);
    mkdirSync(at("data"));
    const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", at("key.pem"), "-out", at("ca.pem")];
    const name = ["-subj", "/CN=directory", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
    printed("openssl", ["req", "-x509", ...key, ...name]);
    const configuration = [
      ...SCHEMAS.map((schema) => `include /etc/ldap/schema/${schema}.schema`),
      "modulepath /usr/lib/ldap",
      "moduleload back_mdb",
      `pidfile ${at("slapd.pid")}`,
      `TLSCertificateFile ${at("ca.pem")}`,
      `TLSCertificateKeyFile ${at("key.pem")}`,
      "database mdb",
      "maxsize 10485760",
      `suffix "${BASE}"`,
      `rootdn "cn=admin,${BASE}"`,
      "rootpw adminpw",
      `directory ${at("data")}`,
      `access to attrs=userPassword by anonymous auth by * none`,
      `access to dn.subtree="ou=hidden,${BASE}" by dn.exact="cn=reader,${BASE}" read by anonymous auth by * none`,
      "access to * by * read",
    ];
    this.folder.write("slapd.conf", `${configuration.join("\n")}\n`);
    this.folder.write("entries.ldif", entries);
    printed("/usr/sbin/slapadd", ["-f", at("slapd.conf"), "-l", at("entries.ldif")]);
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    this.securePort ||= await freePort();
    const args = ["-f", this.folder.at("slapd.conf"), "-h", `${this.url} ${this.secureUrl}`, "-d", "0"];
    this.#process = spawn("/usr/sbin/slapd", args, { stdio: "ignore" });
    for (const port of [this.port, this.securePort]) await listening(port);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process?.once("exit", resolve));
    this.#process?.kill("SIGTERM");
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits for someone to listen, as long as the test's own time allows. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
