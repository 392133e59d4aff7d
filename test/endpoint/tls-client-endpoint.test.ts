import { once } from "node:events";
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import {
  ConnectError,
  EndpointError,
  HostnameEndpoint,
  IStreamClientEndpoint,
  NoCertificateError,
  providedBy,
  TLSClientEndpoint,
  type TLSClientSettings,
} from "../../src/index";
import { FakeClock, settled } from "../service/harness";
import { Authority, type Wanted } from "./certificates";

let authority: Authority;
let server: Server;
const open: Socket[] = [];

beforeEach(() => (authority = new Authority()));

afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  if (server.listening) await once(server.close(), "close");
  authority.remove();
});

async function listen(made: Server): Promise<void> {
  server = made;
  server.on("connection", (socket: Socket) => open.push(socket.on("error", () => undefined)));
  await once(server.listen(0, "127.0.0.1"), "listening");
}

/** A server with a certificate; it says which host and protocol it was asked for. */
async function serve(wanted: Wanted = {}, options: TlsOptions = {}): Promise<void> {
  const { certificate: cert, key } = authority.issue(wanted);
  const tls = createServer({ cert, key, ...options }, (socket) => {
    socket.on("error", () => undefined);
    const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string } };
    socket.end([socket.servername, socket.alpnProtocol, subject?.CN].map(String).join(" "));
  });
  await listen(tls);
}

function endpoint(settings: Partial<TLSClientSettings> = {}): TLSClientEndpoint {
  const { port } = server.address() as AddressInfo;
  const plain = new HostnameEndpoint({ host: "127.0.0.1", port });
  return new TLSClientEndpoint(plain, {
    hostname: "localhost",
    trustRoots: authority.certificate,
    ...settings,
  });
}

async function said(settings?: Partial<TLSClientSettings>): Promise<string> {
  let text = "";
  for await (const chunk of await endpoint(settings).connect()) text += String(chunk);
  return text;
}

/** Why it does not connect, without where to. */
async function refusal(settings?: Partial<TLSClientSettings>): Promise<string> {
  const client = endpoint(settings);
  const error: unknown = await client.connect().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConnectError);
  const { message } = error as ConnectError;
  const start = `can't connect to ${client.description}: `;
  expect(message.slice(0, start.length)).toBe(start);
  return message.slice(start.length);
}

describe("TLSClientEndpoint", () => {
  it("EP-13: connects to who has a certificate of the trusted authority, and asks for the host", async () => {
    await serve();
    expect(await said()).toBe("localhost false undefined");
    expect(providedBy(endpoint())).toEqual([IStreamClientEndpoint]);
  });

  it("EP-13: verifies an address, too, for which there is no name to ask", async () => {
    await serve();
    expect(await said({ hostname: "127.0.0.1" })).toBe("false false undefined");
    expect(await refusal({ hostname: "127.0.0.2" })).toMatch(
      /^its certificate \(someone\) is not for 127\.0\.0\.2, but for/,
    );
  });

  it("EP-13: takes trust roots of a file and of a folder, and sees when they change", async () => {
    await serve();
    expect(await said({ trustRoots: authority.path })).toBe("localhost false undefined");
    const other = new Authority("Another");
    const trustRoots = other.write("roots/one.pem", other.certificate).replace(/\/one\.pem$/, "");
    const client = endpoint({ trustRoots });
    await expect(client.connect()).rejects.toThrow(ConnectError);
    other.write("roots/two.crt", authority.certificate);
    open.push(await client.connect());
    other.remove();
  });

  it("EP-13: shows a certificate of its own, and agrees on a protocol", async () => {
    await serve(
      {},
      { requestCert: true, rejectUnauthorized: true, ca: authority.certificate, ALPNProtocols: ["b"] },
    );
    const { certificate, key } = authority.issue({ commonName: "alice" });
    const path = authority.write("alice.pem", certificate + key);
    expect(await said({ certificate: path, alpn: ["a", "b"] })).toBe("localhost b alice");
    expect(await said({ certificate, privateKey: key })).toBe("localhost false alice");
  });

  describe("says what is wrong with the certificate", () => {
    it("EP-12: when nobody who is trusted has issued it", async () => {
      await serve();
      const stranger = new Authority("A Stranger");
      expect(await refusal({ trustRoots: stranger.certificate })).toBe(
        "its certificate (someone) was issued by A Test Authority, which is not trusted; name that authority as " +
          "trustRoots, or let the server send the certificates in between",
      );
      expect(await refusal({ trustRoots: undefined })).toMatch(
        /issued by A Test Authority, which is not trusted/,
      );
      stranger.remove();
    });

    it("EP-12: when it is self-signed", async () => {
      const stranger = new Authority("localhost");
      await serve({}, { cert: stranger.certificate, key: stranger.own.key });
      expect(await refusal()).toBe(
        "its certificate (localhost) is self-signed; if it is the right one, name it as trustRoots",
      );
      stranger.remove();
    });

    it("EP-12: when it is for another host", async () => {
      await serve({ names: "DNS:db.example,DNS:*.db.example" });
      expect(await refusal()).toBe(
        "its certificate (someone) is not for localhost, but for DNS:db.example, DNS:*.db.example; say one of these " +
          "as hostname if that is who is meant",
      );
    });

    it("EP-12: when it has expired", async () => {
      await serve({ days: -1 });
      expect(await refusal()).toMatch(
        /^its certificate \(someone\) has expired, \w+ +\d+ .* GMT; the server needs/,
      );
    });
  });

  it("says so when the server speaks no TLS, or nothing", async () => {
    await listen(createPlain((socket) => socket.write("220 mail.example ESMTP\r\n")));
    expect(await refusal()).toBe("what is there does not speak TLS; is it the right port?");
    server.close();
    await listen(createPlain((socket) => socket.destroy()));
    expect(await refusal()).toBe("the server closed the connection during the TLS handshake");
  });

  it("says so when the server is too old, or speaks none of the protocols", async () => {
    await serve({}, { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" });
    expect(await refusal()).toMatch(/^the server speaks only versions of TLS that are too old/);
    server.close();
    await serve({}, { ALPNProtocols: ["b"] });
    expect(await refusal({ alpn: ["a"] })).toMatch(
      /^the server speaks none of the protocols that were offered/,
    );
  });

  it("gives up a handshake that takes too long", async () => {
    await listen(createPlain());
    const clock = new FakeClock();
    const failed = refusal({ clock });
    while (clock.pending === 0) await settled();
    await clock.pass(10_000);
    expect(await failed).toBe("no TLS handshake within 10 s");
    expect(clock.pending).toBe(0);
  });

  it("gives up when it is told to, and leaves nothing open", async () => {
    await listen(createPlain());
    const giveUp = new AbortController();
    const failed = endpoint().connect(giveUp.signal);
    const [peer] = (await once(server, "connection")) as [Socket];
    await once(peer, "data");
    giveUp.abort(new Error("not needed"));
    await expect(failed).rejects.toThrow("not needed");
    if (!peer.destroyed) await once(peer, "close");
    await expect(endpoint().connect(giveUp.signal)).rejects.toThrow("not needed");
  });

  it("verifies, whatever the environment says", async () => {
    await serve({ names: "DNS:db.example" });
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      expect(await refusal()).toMatch(/is not for localhost/);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  it("refuses settings that make no sense, and files that are not there", async () => {
    await serve();
    expect(() => endpoint({ hostname: "" })).toThrow(EndpointError);
    expect(() => endpoint({ privateKey: "x.key" })).toThrow("privateKey is of no use without certificate");
    await expect(endpoint({ trustRoots: "/nowhere/ca.pem" }).connect()).rejects.toThrow(NoCertificateError);
  });

  it("has listeners for errors, so that one that comes early ends nothing", async () => {
    await serve();
    const socket = (await endpoint().connect()) as TLSSocket;
    socket.destroy(new Error("early"));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(socket.authorized).toBe(true);
  });
});
