import { CertificateFilesSource, type CertificateSource } from "../../src/endpoint/certificate-source";
import { TLSContexts } from "../../src/endpoint/tls-contexts";
import { FakeClock, LineLogger } from "../service/harness";
import { Authority } from "./certificates";

let authority: Authority;

beforeEach(() => (authority = new Authority()));
afterEach(() => authority.remove());

/** Files whose reading fails when it is told to, and which nobody changes. */
class Troubled implements CertificateSource {
  now = "first";
  trouble: Error | undefined;
  reads = 0;

  stamp(): Promise<string> {
    return Promise.resolve(this.now);
  }

  async load() {
    this.reads += 1;
    if (this.trouble) throw this.trouble;
    const { certificate, key } = authority.issue({ commonName: this.now, names: `DNS:${this.now}.example` });
    return new CertificateFilesSource({ certificate, privateKey: key }).load();
  }

  compare(): number {
    return 0;
  }
}

it("W-49: a certificate that could not be read for a while, as without a descriptor, is read later", async () => {
  const clock = new FakeClock();
  const log = new LineLogger();
  const certificates = new Troubled();
  const contexts = new TLSContexts({ certificates, clients: undefined, settings: {} }, { log, clock });
  await contexts.open();
  certificates.now = "second";
  certificates.trouble = new Error("too many open files");
  for (let time = 0; time < 3; time++) {
    await clock.pass(1_000);
    await contexts.refresh();
  }
  expect(contexts.contextFor("first.example")).toBeDefined();
  expect(log.grave).toEqual([
    expect.stringMatching(/^warn .*: too many open files; what was read before still counts$/),
  ]);
  certificates.trouble = undefined;
  await clock.pass(1_000);
  await contexts.refresh();
  expect(contexts.contextFor("second.example")).toBeDefined();
  const { reads } = certificates;
  await clock.pass(1_000);
  await contexts.refresh();
  expect(certificates.reads).toBe(reads);
});
