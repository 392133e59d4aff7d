import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect as connectPlain, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { connect, type ConnectionOptions, type PeerCertificate, type TLSSocket } from "node:tls";
import {
  Application,
  CertificateError,
  CertificatePermissionError,
  EndpointError,
  NoCertificateError,
  TCPServer,
  TLSServerEndpoint,
  type ConnectionHandler,
  type TCPServerOptions,
  type TLSServerSettings,
} from "../../src/index";
import { TCPServerEndpoint } from "../../src/endpoint/tcp-server-endpoint";
import { FakeClock, LineLogger, settled } from "../service/harness";
import { Authority, type Issued } from "./certificates";

let authority: Authority;
let clock: FakeClock;
let logger: LineLogger;
let app: Application;
let server: TCPServer;
let peers: Socket[];

const both = ({ certificate, key }: Issued): string => certificate + key;

beforeEach(() => {
  authority = new Authority();
  clock = new FakeClock();
  logger = new LineLogger();
  app = new Application("demo", { clock, logger });
  peers = [];
});

afterEach(async () => {
  for (const peer of peers) peer.destroy();
  const stopped = app.stop();
  await clock.pass(10_000);
  await stopped;
  authority.remove();
});

const sayHello: ConnectionHandler = (socket) => socket.end("hello");

async function serve(
  settings: TLSServerSettings,
  handler = sayHello,
  options?: TCPServerOptions,
): Promise<void> {
  const endpoint = new TLSServerEndpoint(
    new TCPServerEndpoint({ port: 0, interface: "127.0.0.1" }),
    settings,
  );
  server = new TCPServer(endpoint, handler, options);
  server.setName("pop");
  server.setServiceParent(app);
  await app.start();
}

/** Why it does not start. */
async function refusal(settings: TLSServerSettings): Promise<Error> {
  app = new Application("demo", { clock, logger });
  return serve(settings).then(
    () => new Error("it has started"),
    (error: unknown) => error as Error,
  );
}

const port = (): number => (server.address as AddressInfo).port;

/** A connection whose handshake is done. */
async function dial(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const ca = authority.certificate;
  const socket = connect({ port: port(), host: "127.0.0.1", servername: "localhost", ca, ...options });
  peers.push(socket);
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  return socket;
}

/** Whose certificate is shown to someone who asks for `host`. */
async function shownFor(host: string): Promise<unknown> {
  const socket = await dial({ servername: host, checkServerIdentity: () => undefined });
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

/** All that the server says, and how it ended. */
async function whole(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += String(chunk);
  return text;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settled();
}

describe("TLSServerEndpoint", () => {
  it("EP-04: serves with a certificate and its key in two files", async () => {
    const { certificate, key } = authority.issue();
    await serve({
      certificate: authority.write("server.crt", certificate, 0o644),
      privateKey: authority.write("server.key", key),
    });
    expect(await whole(await dial())).toBe("hello");
    expect(logger.grave).toEqual([]);
  });

  it("EP-04: reads the key from the certificate's file, and takes both as PEM themselves", async () => {
    const { certificate, key } = authority.issue();
    await serve({ certificate, privateKey: key });
    expect(await whole(await dial())).toBe("hello");
  });

  it("EP-04: shows the chain that is kept in a file of its own", async () => {
    const { certificate, key } = authority.issue();
    await serve({ certificate, privateKey: key, chain: authority.path });
    const socket = await dial();
    expect(socket.getPeerCertificate(true).issuerCertificate.subject.CN).toBe("A Test Authority");
  });

  describe("with a folder of certificates", () => {
    const folder = (): string => join(authority.folder, "certs");

    function issue(file: string, names: string, more: { days?: number } = {}): void {
      authority.write(`certs/${file}`, both(authority.issue({ names, commonName: file, ...more })));
    }

    it("EP-08: shows the one of the host that is asked for, also by a wildcard", async () => {
      issue("a.pem", "DNS:a.example,DNS:www.a.example");
      issue("b.pem", "DNS:*.b.example");
      await serve({ certificates: folder() });
      expect(await shownFor("www.a.example")).toBe("a.pem");
      expect(await shownFor("WWW.B.example")).toBe("b.pem");
    });

    it("EP-08: shows the first by name to whoever asks for another host, or for none", async () => {
      issue("a.pem", "DNS:a.example");
      issue("b.pem", "DNS:*.b.example");
      await serve({ certificates: folder() });
      expect(await shownFor("b.example")).toBe("a.pem");
      expect(await shownFor("x.y.b.example")).toBe("a.pem");
      expect(await shownFor("")).toBe("a.pem");
    });

    it("EP-08: or the one that is called default", async () => {
      issue("a.pem", "DNS:a.example");
      issue("default.pem", "DNS:d.example");
      await serve({ certificates: folder() });
      expect(await shownFor("else.example")).toBe("default.pem");
    });

    it("EP-08: finds keys in files of their own, as certbot and others lay them out", async () => {
      const one = authority.issue({ names: "DNS:one.example", commonName: "one" });
      authority.write("certs/one.crt", one.certificate, 0o644);
      authority.write("certs/one.key", one.key);
      const two = authority.issue({ names: "DNS:two.example", commonName: "two" });
      authority.write("certs/two.example/cert.pem", two.certificate, 0o644);
      authority.write("certs/two.example/chain.pem", authority.certificate, 0o644);
      authority.write("certs/two.example/fullchain.pem", two.certificate + authority.certificate, 0o644);
      authority.write("certs/two.example/privkey.pem", two.key);
      await serve({ certificates: folder() });
      expect(await shownFor("one.example")).toBe("one");
      const socket = await dial({ servername: "two.example" });
      expect(socket.getPeerCertificate(true).issuerCertificate.subject.CN).toBe("A Test Authority");
    });

    it("W-49: shows a new certificate as soon as the file has changed, and connections go on", async () => {
      issue("a.pem", "DNS:a.example");
      await serve({ certificates: folder() }, (socket) => socket.pipe(socket));
      const before = await dial({ servername: "a.example" });
      authority.write("certs/a.pem", both(authority.issue({ names: "DNS:a.example", commonName: "new" })));
      await clock.pass(1_000);
      expect(await shownFor("a.example")).toBe("new");
      before.end("still here");
      expect(await whole(before)).toBe("still here");
      expect(logger.lines.join("\n")).toMatch(
        /a\.pem \(a\.example\) was read, valid until \d{4}-\d\d-\d\d$/m,
      );
    });

    it("W-49: looks for changes once a second at most", async () => {
      issue("a.pem", "DNS:a.example");
      await serve({ certificates: folder() });
      issue("b.pem", "DNS:b.example");
      await clock.pass(999);
      expect(await shownFor("b.example")).toBe("a.pem");
      await clock.pass(1);
      expect(await shownFor("b.example")).toBe("b.pem");
    });

    it("W-49: keeps what a file held when it is broken now, says so once, and reads the others", async () => {
      issue("a.pem", "DNS:a.example");
      issue("b.pem", "DNS:b.example");
      await serve({ certificates: folder() });
      authority.write("certs/a.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
      authority.write("certs/b.pem", both(authority.issue({ names: "DNS:b.example", commonName: "new b" })));
      for (let time = 0; time < 3; time++) {
        await clock.pass(1_000);
        expect(await shownFor("a.example")).toBe("a.pem");
        expect(await shownFor("b.example")).toBe("new b");
        expect(await shownFor("")).toBe("a.pem");
      }
      expect(logger.grave).toHaveLength(1);
      expect(logger.grave[0]).toMatch(
        /a\.pem: a certificate in it can't be read: .*; what was read before still counts$/,
      );
    });

    it.each([
      ["empty", ""],
      ["cut off", "-----BEGIN CERTIFICATE-----\nMIIB"],
    ])("W-49: keeps what a file held that is %s because it is being written", async (_state, text) => {
      issue("a.pem", "DNS:a.example");
      issue("default.pem", "DNS:b.example");
      await serve({ certificates: folder() });
      authority.write("certs/a.pem", text);
      for (let time = 0; time < 2; time++) {
        await clock.pass(1_000);
        expect(await shownFor("a.example")).toBe("a.pem");
      }
      expect(logger.grave).toEqual([
        `warn demo/pop: ${join(folder(), "a.pem")}: there is no certificate in it any more; what was read before still counts`,
      ]);
      issue("a.pem", "DNS:a.example");
      await clock.pass(1_000);
      expect(await shownFor("a.example")).toBe("a.pem");
      authority.write("certs/a.pem", text);
      await clock.pass(1_000);
      expect(await shownFor("a.example")).toBe("a.pem");
      expect(logger.grave).toHaveLength(2);
    });

    it("W-49: keeps all of them when the folder is gone, and shows one no more whose file is gone", async () => {
      issue("a.pem", "DNS:a.example");
      issue("b.pem", "DNS:b.example");
      await serve({ certificates: folder() });
      rmSync(join(folder(), "b.pem"));
      await clock.pass(1_000);
      expect(await shownFor("b.example")).toBe("b.pem");
      await clock.pass(1_000);
      expect(await shownFor("b.example")).toBe("a.pem");
      rmSync(folder(), { recursive: true });
      await clock.pass(1_000);
      expect(await shownFor("a.example")).toBe("a.pem");
      expect(logger.grave).toEqual([
        `warn demo/pop: there is no folder ${folder()}; what was read before still counts`,
      ]);
    });

    it("W-49: keeps what a file held while it is written anew, whichever way that is done", async () => {
      issue("a.pem", "DNS:a.example");
      issue("b.pem", "DNS:b.example");
      await serve({ certificates: folder() });
      const text = both(authority.issue({ names: "DNS:b.example", commonName: "new b" }));
      rmSync(join(folder(), "b.pem"));
      for (const part of [undefined, "", text.slice(0, 300), text.slice(0, -100), text]) {
        if (part !== undefined) authority.write("certs/b.pem", part);
        await clock.pass(1_000);
        expect(await shownFor("b.example")).toBe(part === text ? "new b" : "b.pem");
      }
    });

    it("refuses to start with a certificate that has no key, or with none at all", async () => {
      authority.write("certs/readme.txt", "");
      expect(await refusal({ certificates: folder() })).toBeInstanceOf(NoCertificateError);
      authority.write("certs/a.pem", authority.issue().certificate);
      expect((await refusal({ certificates: folder() })).message).toMatch(
        /no private key in its folder is that/,
      );
      expect((await refusal({ certificates: "/nowhere" })).message).toBe("there is no folder /nowhere");
    });
  });

  it("W-49: reads a certificate's files again, and waits for the other half", async () => {
    const first = authority.issue({ commonName: "first" });
    const settings = {
      certificate: authority.write("server.crt", first.certificate),
      privateKey: authority.write("server.key", first.key),
    };
    await serve(settings);
    const second = authority.issue({ commonName: "second" });
    authority.write("server.crt", second.certificate);
    await clock.pass(1_000);
    expect(await shownFor("localhost")).toBe("first");
    expect(logger.grave.join()).toMatch(
      /server\.crt: the private key in server\.key is not that of its certificate/,
    );
    authority.write("server.key", second.key);
    await clock.pass(1_000);
    expect(await shownFor("localhost")).toBe("second");
    expect(logger.grave).toHaveLength(1);
  });

  it("warns of a certificate that has expired, and serves", async () => {
    await serve({ certificate: authority.write("old.pem", both(authority.issue({ days: -1 }))) });
    expect(logger.grave.join()).toMatch(/old\.pem \(localhost\) has expired, on \d{4}-\d\d-\d\d$/);
    expect(await whole(await dial({ rejectUnauthorized: false }))).toBe("hello");
  });

  describe("refuses to start", () => {
    it("with a private key that others may read", async () => {
      const path = authority.write("server.pem", both(authority.issue()), 0o644);
      const error = await refusal({ certificate: path });
      expect(error).toBeInstanceOf(CertificateError);
      expect(error.message).toBe(`${path}: everybody can read it (mode 0644): chmod o-r`);
    });

    it("without a file that was named", async () => {
      const error = await refusal({ certificate: "/nowhere/server.pem" });
      expect(error).toBeInstanceOf(NoCertificateError);
      expect(error.message).toBe("there is no file server.pem in /nowhere");
    });

    it("with a key that belongs to another certificate", async () => {
      const error = await refusal({
        certificate: authority.issue().certificate,
        privateKey: authority.issue().key,
      });
      expect(error.message).toMatch(
        /^the certificate: the private key in the private key is not that of its/,
      );
    });

    it("with a private key that is encrypted", async () => {
      const key = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
      const error = await refusal({ certificate: authority.issue().certificate, privateKey: key });
      expect(error).toBeInstanceOf(CertificateError);
      expect(error.message).toMatch(/its private key is encrypted.*openssl pkey -in FILE -out NEW/);
    });

    it("without a certificate, or without a key", async () => {
      expect((await refusal({ certificate: authority.write("x.pem", "hello") })).message).toMatch(
        /x\.pem: there is no certificate in it \(PEM/,
      );
      expect((await refusal({ certificate: authority.issue().certificate })).message).toBe(
        "the certificate: there is no private key in it (PEM); name the file that has it",
      );
    });

    it("with settings that contradict each other", () => {
      const make = (settings: TLSServerSettings) => () =>
        new TLSServerEndpoint(new TCPServerEndpoint({ port: 0 }), settings);
      expect(make({})).toThrow(EndpointError);
      expect(make({ certificates: "a", certificate: "b" })).toThrow("either certificates (a folder)");
      expect(make({ certificate: "b", clientCertificate: "required" })).toThrow("need clientCAs");
      expect(make({ certificate: "b", minVersion: "TLSv1.1" as "TLSv1.2" })).toThrow("TLSv1.2 or TLSv1.3");
    });

    it("with a file that it may not read", async () => {
      if (process.geteuid?.() === 0) return;
      const path = authority.write("server.pem", both(authority.issue()), 0o000);
      expect(await refusal({ certificate: path })).toBeInstanceOf(CertificatePermissionError);
    });
  });

  describe("the handshake", () => {
    const settings = (): TLSServerSettings => ({ certificate: both(authority.issue()) });

    it("rule 21: speaks TLS 1.2 and 1.3, and nothing older", async () => {
      await serve(settings());
      expect((await dial()).getProtocol()).toBe("TLSv1.3");
      expect((await dial({ maxVersion: "TLSv1.2" })).getProtocol()).toBe("TLSv1.2");
      const old = dial({ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" });
      await expect(old).rejects.toMatchObject({ code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" });
      await until(() =>
        logger.lines.some((line) => /^debug .*handshake with 127\.0\.0\.1 failed: /.test(line)),
      );
    });

    it("rule 21: offers no cipher without forward secrecy", async () => {
      await serve(settings());
      const weak = dial({ maxVersion: "TLSv1.2", ciphers: "AES128-SHA:ECDHE-ECDSA-AES128-SHA" });
      await expect(weak).rejects.toMatchObject({
        code: expect.stringMatching(/ALERT_HANDSHAKE_FAILURE/) as string,
      });
    });

    it("rule 21: takes no renegotiation", async () => {
      await serve(settings(), () => undefined);
      const socket = await dial({ maxVersion: "TLSv1.2" });
      const refused = await new Promise<Error | null>((resolve) => {
        socket.once("error", resolve);
        socket.renegotiate({}, resolve);
      });
      expect(refused).toMatchObject({ code: "ERR_SSL_NO_RENEGOTIATION" });
    });

    it("agrees on a protocol, and refuses who speaks none of them", async () => {
      await serve({ ...settings(), alpn: ["pop3", "imap"] });
      expect((await dial({ ALPNProtocols: ["smtp", "imap"] })).alpnProtocol).toBe("imap");
      expect((await dial()).alpnProtocol).toBe(false);
      await expect(dial({ ALPNProtocols: ["smtp"] })).rejects.toMatchObject({
        code: "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
      });
    });

    it("rule 23: has to be done within 10 s", async () => {
      await serve(settings());
      const peer = connectPlain(port(), "127.0.0.1").resume();
      peers.push(peer);
      await once(peer, "connect");
      peer.write(Buffer.from("160301", "hex"));
      await until(() => clock.pending > 0);
      const closed = once(peer, "close");
      await clock.pass(10_000);
      await closed;
      expect(logger.lines.at(-1)).toMatch(/^debug .*: it took too long$/);
    });

    it("ends with a client that hangs up in the middle of it, also where connections may be half open", async () => {
      const ended = jest.fn();
      await serve(settings(), (socket) => void socket.once("end", ended).resume(), { allowHalfOpen: true });
      const peer = connectPlain({ port: port(), host: "127.0.0.1", allowHalfOpen: true }).resume();
      peers.push(peer);
      peer.end(Buffer.from("160301", "hex"));
      await once(peer, "end");
      const socket = await dial();
      socket.end();
      await until(() => ended.mock.calls.length > 0);
      expect(socket.destroyed).toBe(false);
    });

    it("leaves no timer behind", async () => {
      await serve(settings());
      const timers = clock.pending;
      await whole(await dial());
      expect(clock.pending).toBe(timers);
    });

    it.each([
      ["garbage", "what is this"],
      ["plain HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
      ["nothing", ""],
    ])("costs a client that sends %s its connection, and nothing else", async (_, text) => {
      await serve(settings());
      const peer = connectPlain(port(), "127.0.0.1");
      peers.push(peer);
      peer.on("error", () => undefined).resume();
      peer.end(text);
      await once(peer, "close");
      expect(await whole(await dial())).toBe("hello");
      expect(logger.grave).toEqual([]);
    });
  });

  it("W-49: lets connections end in their own time when the server stops", async () => {
    await serve({ certificate: both(authority.issue()) }, (socket) =>
      socket.on("end", () => socket.end("last words")),
    );
    const socket = await dial({ allowHalfOpen: true } as ConnectionOptions);
    const stopped = app.stop();
    await until(() => server.address === undefined);
    socket.end();
    expect(await whole(socket)).toBe("");
    await stopped;
    expect(logger.grave).toEqual([]);
  });

  describe("with certificates of clients", () => {
    const trusting = (more: Partial<TLSServerSettings> = {}): TLSServerSettings => ({
      certificate: both(authority.issue()),
      clientCAs: authority.path,
      ...more,
    });
    const whoIsThere: ConnectionHandler = (socket) => {
      const { authorized, getPeerCertificate } = socket as TLSSocket;
      const { subject } = getPeerCertificate.call(socket) as Partial<PeerCertificate>;
      socket.end(`${String(subject?.CN ?? "nobody")} ${String(authorized)}`);
    };
    const as = ({ certificate: cert, key }: Issued): ConnectionOptions => ({ cert, key });

    it("rule 22: lets in who has one that the authority has issued, and nobody else", async () => {
      await serve(trusting(), whoIsThere);
      expect(await whole(await dial(as(authority.issue({ commonName: "alice" }))))).toBe("alice true");
      const stranger = new Authority("A Stranger");
      for (const who of [stranger.issue({ commonName: "alice" }), authority.issue({ days: -1 }), undefined]) {
        const answer = dial(who && as(who)).then(whole);
        expect(await answer.catch(() => "")).toBe("");
      }
      stranger.remove();
      expect(logger.lines.filter((line) => /^debug .*handshake/.test(line))).toHaveLength(3);
    });

    it("rule 22: says who is authorized where a certificate is only requested", async () => {
      await serve(trusting({ clientCertificate: "requested" }), whoIsThere);
      const stranger = new Authority("A Stranger");
      expect(await whole(await dial(as(authority.issue({ commonName: "alice" }))))).toBe("alice true");
      expect(await whole(await dial(as(stranger.issue({ commonName: "mallory" }))))).toBe("mallory false");
      expect(await whole(await dial())).toBe("nobody false");
      stranger.remove();
    });

    it("rule 22: judges clients by the same authorities for every host", async () => {
      authority.write("certs/a.pem", both(authority.issue({ names: "DNS:a.example" })));
      authority.write("certs/b.pem", both(authority.issue({ names: "DNS:b.example" })));
      const certificates = join(authority.folder, "certs");
      await serve({ certificates, clientCAs: authority.certificate }, whoIsThere);
      const stranger = new Authority("A Stranger");
      for (const servername of ["a.example", "b.example"]) {
        const alice = { servername, ...as(authority.issue({ commonName: "alice" })) };
        expect(await whole(await dial(alice))).toBe("alice true");
        const mallory = { servername, ...as(stranger.issue({ commonName: "alice" })) };
        expect(await whole(await dial(mallory)).catch(() => "")).toBe("");
      }
      stranger.remove();
    });

    it("rule 22: trusts the authorities that are in the file now", async () => {
      const other = new Authority("Another Authority");
      authority.write("clients.pem", authority.certificate);
      await serve(trusting({ clientCAs: join(authority.folder, "clients.pem") }), whoIsThere);
      authority.write("clients.pem", other.certificate);
      await clock.pass(1_000);
      expect(await whole(await dial(as(other.issue({ commonName: "bob" }))))).toBe("bob true");
      expect(await whole(await dial(as(authority.issue()))).catch(() => "")).toBe("");
      other.remove();
    });
  });
});
