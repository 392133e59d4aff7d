import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { ClientCertificate } from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import { CertFactory } from "../../src/plugins/cert";
import { describeWith } from "../programs";
import { Attempt, checkerOf, faultOf, Folder, printed, Surroundings, type Checked } from "./harness";

const cert = new CertFactory();

/** Authorities and certificates made by openssl. */
class Pki {
  readonly folder = new Folder();

  /** An authority that has signed itself, or that another has signed. */
  authority(name: string, by?: string): string {
    return this.#make(name, "basicConstraints=critical,CA:TRUE", { by, subject: `/CN=${name}` });
  }

  /** A certificate of somebody. */
  person(
    name: string,
    by: string,
    { subject = `/CN=${name}`, extensions = "basicConstraints=CA:FALSE", days = 2 } = {},
  ): string {
    return this.#make(name, extensions, { by, subject, days });
  }

  read(name: string): string {
    return readFileSync(this.folder.at(`${name}.pem`), "utf8");
  }
  key(name: string): string {
    return readFileSync(this.folder.at(`${name}.key`), "utf8");
  }

  #make(
    name: string,
    extensions: string,
    { by, subject, days = 2 }: { by: string | undefined; subject: string; days?: number },
  ): string {
    const at = (file: string): string => this.folder.at(file);
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    printed("openssl", [
      "req",
      "-new",
      ...curve,
      "-keyout",
      at(`${name}.key`),
      "-out",
      at(`${name}.csr`),
      "-subj",
      subject,
    ]);
    const issuer =
      by === undefined
        ? ["-signkey", at(`${name}.key`)]
        : ["-CA", at(`${by}.pem`), "-CAkey", at(`${by}.key`), "-CAcreateserial"];
    const file = this.folder.write("extensions", extensions);
    printed("openssl", [
      "x509",
      "-req",
      "-in",
      at(`${name}.csr`),
      ...issuer,
      "-days",
      String(days),
      "-extfile",
      file,
      "-out",
      at(`${name}.pem`),
    ]);
    return at(`${name}.pem`);
  }
}

describeWith("openssl")("--auth cert", () => {
  let pki: Pki;
  beforeAll(() => {
    pki = new Pki();
    pki.authority("ca");
    pki.authority("other");
    pki.authority("between", "ca");
    pki.person("server", "ca");
  });
  afterAll(() => pki.folder.remove());

  /** What a server sees of a client that shows this, whatever it thinks of it. */
  async function shown(
    name: string,
    { chain = [] as string[], trusted = "ca" } = {},
  ): Promise<ClientCertificate> {
    const certs = [name, ...chain].map((one) => pki.read(one)).join("");
    const tls = { key: pki.key("server"), cert: pki.read("server"), ca: pki.read(trusted) };
    const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const seen = new Promise<TLSSocket>((resolve) => server.once("secureConnection", resolve));
    const port = (server.address() as AddressInfo).port;
    const client = connect({ port, key: pki.key(name), cert: certs, rejectUnauthorized: false });
    const credentials = ClientCertificate.of(await seen);
    client.destroy();
    server.close();
    if (!credentials) throw new Error("it showed none");
    return credentials;
  }

  const outcome = async (
    checker: Checked,
    name: string,
    how?: { chain?: string[]; trusted?: string },
  ): Promise<unknown> => checker.outcome(await shown(name, how));

  it("lets in whom the authority has certified, by the common name", async () => {
    pki.person("alice", "ca", { subject: "/O=Example/CN=alice" });
    const checker = await checkerOf(cert, pki.folder.at("ca.pem"));
    expect(await outcome(checker, "alice")).toBe("alice");
  });

  it("refuses whom nobody, or somebody else, has certified, whatever the server trusts", async () => {
    pki.person("mallory", "other", { subject: "/CN=alice" });
    pki.authority("eve");
    const checker = await checkerOf(cert, pki.folder.at("ca.pem"));
    expect(await outcome(checker, "mallory")).toBe("refused");
    expect(await outcome(checker, "mallory", { trusted: "other" })).toBe("refused");
    expect(await outcome(checker, "eve", { trusted: "eve" })).toBe("refused");
  });

  it("refuses whom the server has not found authorized", async () => {
    pki.person("alice", "ca");
    const checker = await checkerOf(cert, pki.folder.at("ca.pem"));
    const { certificate } = await shown("alice");
    expect(await checker.outcome(new ClientCertificate(certificate, false))).toBe("refused");
  });

  it("refuses a certificate that has expired", async () => {
    pki.person("late", "ca", { days: -1 });
    const checker = await checkerOf(cert, pki.folder.at("ca.pem"));
    const { certificate } = await shown("late");
    expect(await checker.outcome(new ClientCertificate(certificate, true))).toBe("refused");
  });

  it("refuses a certificate for servers alone", async () => {
    pki.person("web", "ca", { extensions: "extendedKeyUsage=serverAuth" });
    pki.person("both", "ca", { extensions: "extendedKeyUsage=serverAuth,clientAuth" });
    const checker = await checkerOf(cert, pki.folder.at("ca.pem"));
    const { certificate } = await shown("web");
    expect(await checker.outcome(new ClientCertificate(certificate, true))).toBe("refused");
    expect(await outcome(checker, "both")).toBe("both");
  });

  it("goes by an authority in between that the client shows along, and by no person as one", async () => {
    pki.person("bob", "between");
    pki.person("fake", "bob");
    const checker = await checkerOf(cert, pki.folder.at("ca.pem"));
    const bob = await shown("bob", { chain: ["between"] });
    // Some versions of Node don't hand on what the client shows besides its own.
    const between: unknown = bob.certificate.issuerCertificate;
    expect(await checker.outcome(bob)).toBe(between === undefined ? "refused" : "bob");
    expect(await outcome(checker, "bob")).toBe("refused");
    const { certificate } = await shown("fake", { chain: ["bob", "between"] });
    expect(await checker.outcome(new ClientCertificate(certificate, true))).toBe("refused");
  });

  it("goes by an authority in between that stands in the file; who misses it there reads so in the log", async () => {
    pki.person("bob", "between");
    const both = pki.folder.write("chain.pem", pki.read("ca") + pki.read("between"));
    expect(await outcome(await checkerOf(cert, both), "bob", { chain: ["between"] })).toBe("bob");
    const checker = await checkerOf(cert, pki.folder.at("ca.pem"));
    const { certificate } = await shown("bob");
    const refused = checker.login(new ClientCertificate(certificate, true));
    await expect(refused).rejects.toThrow('if "CN=between" is one in between, add it there');
  });

  it("takes several authorities, and reads the file again when it changes", async () => {
    pki.person("alice", "ca");
    pki.person("carol", "other");
    const path = pki.folder.write("both.pem", pki.read("ca") + pki.read("other"));
    const checker = await checkerOf(cert, path);
    expect(await outcome(checker, "carol", { trusted: "both" })).toBe("carol");
    pki.folder.write("both.pem", pki.read("ca"));
    expect(await outcome(checker, "carol", { trusted: "other" })).toBe("refused");
    const attempt = new Attempt();
    pki.folder.write("both.pem", "nonsense");
    expect(await checker.outcome(await shown("alice"), attempt)).toBe("alice");
    expect(attempt.complaints).toEqual([expect.stringContaining("there is no certificate in it (PEM)")]);
  });

  describe("id=", () => {
    const named = async (kind: string, extensions: string, subject = "/CN=someone"): Promise<unknown> => {
      pki.person("named", "ca", { extensions, subject });
      return outcome(await checkerOf(cert, `${pki.folder.at("ca.pem")}:id=${kind}`), "named");
    };

    it.each([
      ["email", "subjectAltName=DNS:host.example,email:alice@example.org", "alice@example.org"],
      ["dns", "subjectAltName=DNS:host.example,email:alice@example.org", "host.example"],
      ["uri", "subjectAltName=URI:spiffe://example/robot", "spiffe://example/robot"],
      ["email", "subjectAltName=DNS:host.example", "refused"],
      ["email", "basicConstraints=CA:FALSE", "refused"],
      ["dns", "subjectAltName=DNS:one.example,DNS:two.example", "refused"],
    ])("takes the one name of its kind: %s of %s", async (kind, extensions, expected) => {
      expect(await named(kind, extensions)).toBe(expected);
    });

    it("is not misled by a name that looks like several", async () => {
      const misleading = "subjectAltName=@names\n[names]\nURI=http://x/, email:root@example.org";
      expect(await named("email", misleading)).toBe("refused");
      expect(await named("uri", misleading)).toBe("http://x/, email:root@example.org");
    });

    it("refuses a subject with several common names, and one with none", async () => {
      expect(await named("cn", "basicConstraints=CA:FALSE", "/CN=alice/CN=root")).toBe("refused");
      expect(await named("cn", "basicConstraints=CA:FALSE", "/O=Example")).toBe("refused");
    });
  });

  it.each([
    ["", 64, "it requires a ca"],
    ["ca.pem:id=serial", 64, 'id has to be one of cn, email, dns, uri, got "serial"'],
    ["none.pem", 66, "there is no file none.pem"],
    ["text", 78, "there is no certificate in it (PEM)"],
    ["half", 78, "its certificate 1 can't be read"],
    ["server.pem", 78, "its certificate 1 is of no authority"],
  ])("refuses %j with status %i: %s", async (text, status, words) => {
    pki.folder.write("text", "hello");
    pki.folder.write("half", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    const fault = await faultOf(checkerOf(cert, text, new Surroundings(pki.folder.path)));
    expect(fault.message).toContain(words);
    expect(exitStatusOf(fault)).toBe(status);
  });
});
