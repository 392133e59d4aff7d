import { array, assert, constantFrom, property } from "fast-check";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { Application, NoCertificateError, quoteStringArgument, TCPServer } from "appd";
import { AdoptedStreamServerEndpoint } from "../../src/endpoint/adopted-stream-server-endpoint";
import { HAProxyServerEndpoint } from "../../src/endpoint/haproxy-server-endpoint";
import { resolveServerEndpoint, serverFromString } from "../../src/endpoint/server-from-string";
import { SystemdServerEndpoint } from "../../src/endpoint/systemd-server-endpoint";
import { UNIXServerEndpoint } from "../../src/endpoint/unix-server-endpoint";
import { Authority } from "./certificates";
import { refusal } from "./harness";

describe("unix:", () => {
  it("EP-03, HP-07: reads mode, backlog, lockfile, user and group", () => {
    const endpoint = serverFromString("unix:/run/x:mode=660:user=www-data:group=1000:lockfile=0");
    expect(endpoint).toBeInstanceOf(UNIXServerEndpoint);
    expect(endpoint).toMatchObject({ mode: 0o660, user: "www-data", group: "1000", lock: false });
    expect(serverFromString("unix:/run/x:0600:7:no")).toMatchObject({ mode: 0o600, backlog: 7, lock: false });
    expect(serverFromString("unix:/run/x")).toMatchObject({ mode: 0o666, lock: true });
  });

  it.each([
    ["unix:/run/x:mode=rw", 18, 'mode must be three octal digits, such as 660, got "rw"'],
    ["unix:/run/x:mode=888", 18, "mode must be"],
    ["unix:/run/x:lockfile=maybe", 22, "lockfile must be one of 0, 1, no, yes"],
    [`unix:/${"x".repeat(120)}`, 6, "the path of a socket can have 107 bytes at most"],
  ])("EP-17: refuses %j at column %d", async (text, column, said) => {
    const message = await refusal(() => serverFromString(text));
    expect(message).toContain(`column ${column}: ${said}`);
  });
});

describe("systemd: and fd:", () => {
  it("EP-06: reads an index or a name, and a domain", () => {
    const byIndex = serverFromString("systemd:domain=INET:index=1");
    expect(byIndex).toBeInstanceOf(SystemdServerEndpoint);
    expect(byIndex).toMatchObject({ domain: "INET", index: 1 });
    expect(serverFromString("systemd:INET6:0")).toMatchObject({ domain: "INET6", index: 0 });
    expect(serverFromString("systemd:name=web")).toMatchObject({ socketName: "web", index: undefined });
  });

  it("EP-09: reads a file descriptor", () => {
    const endpoint = serverFromString("fd:3");
    expect(endpoint).toBeInstanceOf(AdoptedStreamServerEndpoint);
    expect(endpoint).toMatchObject({ fd: 3 });
  });

  it.each([
    ["systemd", 8, "either the index or the name of the socket is needed, and not both"],
    ["systemd:index=0:name=web", 9, "either the index or the name of the socket is needed, and not both"],
    ["systemd:domain=IPX:index=0", 16, 'domain must be one of INET, INET6, UNIX, got "IPX"'],
    ["fd", 3, "fd is missing: it is written fd:<fd>"],
    ["fd:x", 4, "fd must be a whole number"],
  ])("EP-17: refuses %j at column %d", async (text, column, said) => {
    const message = await refusal(() => serverFromString(text));
    expect(message).toContain(`column ${column}: ${said}`);
  });
});

describe("haproxy:", () => {
  const trustOf = (text: string): unknown => {
    const endpoint = serverFromString(text);
    expect(endpoint).toBeInstanceOf(HAProxyServerEndpoint);
    const { inner, trust } = endpoint as HAProxyServerEndpoint;
    return [inner.description, trust];
  };

  it("EP-07: stands in front of any other endpoint", () => {
    const own = "127.0.0.0/8,::1";
    for (const [text, inner, trust] of [
      ["haproxy:tcp:80:interface=127.0.0.1", "port 80 on 127.0.0.1", own],
      ["haproxy:8080", "port 8080", own],
      ["HAProxy:unix:/run/x.sock:mode=660", "the socket /run/x.sock", own],
      ["haproxy:endpoint=tcp\\:80", "port 80", own],
      ["haproxy:trust=10.0.0.0/8,::1:tcp:8080", "port 8080", "10.0.0.0/8,::1"],
      ["haproxy:trust=*:timeout=2:tcp:8080", "port 8080", "*"],
      ["haproxy:trust=\\:\\:1:8080", "port 8080", "::1"],
      ["haproxy:trust=::1:8080", "port 8080", "::1"],
      ["haproxy:trust=fe80::fd:tcp:80", "port 80", "fe80::fd"],
      ["haproxy:trust=::1:fd:3", "file descriptor 3", "::1"],
      ["haproxy:timeout=1:trust=::1,fe80::/10:systemd:name=web", `systemd's socket "web"`, "::1,fe80::/10"],
      ["haproxy:trust=10.1.1.1:haproxy:trust=::2:tcp:1", "port 1, behind a proxy", "10.1.1.1"],
    ] as const)
      expect([text, trustOf(text)]).toEqual([text, [inner, trust]]);
  });

  it("EP-07: reads the header of the proxy before any TLS, whichever of them is written first", () => {
    for (const text of [
      "haproxy:tls:/etc/x:443",
      "haproxy:trust=::1:ssl:443",
      "tls:/etc/x:endpoint=haproxy\\:tcp\\:443",
    ])
      expect(serverFromString(text).description).toBe("port 443, behind a proxy, with TLS");
  });

  it.each([
    [
      "haproxy",
      8,
      "endpoint is missing: it is written haproxy[:trust=<addresses>][:timeout=<seconds>]:<endpoint>",
    ],
    ["haproxy:tcp:8o80", 13, "port must be a whole number"],
    ["haproxy:trust=::1,10.0.0.0/8:tcp:8o80", 34, "port must be a whole number"],
    ["haproxy:haproxy:haproxy:unix:/x:mode=9", 38, "mode must be"],
    [
      "haproxy:trust=10.0.0.0/33:tcp:80",
      15,
      'trust must be addresses and networks such as 10.0.0.0/8,::1, or "*" for all, got "10.0.0.0/33"',
    ],
    ["haproxy:trust=proxy:tcp:80", 15, "trust must be addresses"],
    [
      "haproxy:trsut=::1:tcp:80",
      9,
      'haproxy has no argument "trsut", it takes trust, timeout, endpoint (did you mean "trust"?)',
    ],
    ["haproxy:trust=*:trust=*:tcp:80", 17, "trust is given twice"],
    ["haproxy:endpoint=tcp\\:8o80", 23, "port must be a whole number"],
    ["haproxy:", 9, "endpoint is missing"],
    ["haproxy::80", 9, '"" is no kind of endpoint'],
  ])("EP-17: refuses %j at column %d", async (text, column, said) => {
    const message = await refusal(() => serverFromString(text));
    expect(message).toContain(`endpoint "${text}": column ${column}: ${said}`);
  });

  it("EP-16: refuses a kind behind the proxy that nobody has, where it stands", async () => {
    const message = await refusal(() => resolveServerEndpoint("haproxy:trust=::1:tpc:80"));
    expect(message).toContain('column 19: "tpc" is no kind of endpoint');
  });

  it("nests as deep as one likes", () => {
    const kind = constantFrom("haproxy:", "haproxy:trust=*:", "haproxy:trust=::1,10.0.0.0/8:");
    const wrapped = array(kind, { maxLength: 8 });
    assert(
      property(wrapped, array(constantFrom("tls", "haproxy"), { maxLength: 4 }), (outer, inner) => {
        let text = "tcp:8o80";
        for (const name of inner)
          text = `${name === "tls" ? "tls:/etc/x:" : "haproxy:"}endpoint=${quoteStringArgument(text)}`;
        const all = `${outer.join("")}${text}`;
        expect(() => serverFromString(all)).toThrow(`column ${all.indexOf("8o80") + 1}: port must be`);
        const depth = serverFromString(all.replace("8o80", "80")).description.split(
          ", behind a proxy",
        ).length;
        expect(depth - 1).toBe(outer.length + inner.filter((name) => name === "haproxy").length);
      }),
    );
  });
});

describe("ssl: and tls:", () => {
  let authority: Authority;
  let app: Application;
  let peers: TLSSocket[];
  beforeEach(() => {
    authority = new Authority();
    app = new Application("demo");
    peers = [];
  });
  afterEach(async () => {
    for (const peer of peers) peer.destroy();
    await app.stop();
    authority.remove();
  });

  const start = async (text: string): Promise<TCPServer> => {
    const server = new TCPServer(text, (socket) => socket.end("hello"));
    server.setServiceParent(app);
    await app.start();
    return server;
  };
  const dial = async (server: TCPServer, options: ConnectionOptions): Promise<TLSSocket> => {
    const { port } = server.address as AddressInfo;
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options });
    await once(socket, "secureConnect");
    peers.push(socket);
    return socket;
  };
  const issue = (): { folder: string; certificate: string; key: string } => {
    const issued = authority.issue({ commonName: "a.example.com", names: "DNS:a.example.com" });
    const certificate = authority.write("tls/a.crt", issued.certificate);
    const key = authority.write("tls/a.key", issued.key);
    return { folder: join(authority.folder, "tls"), certificate, key };
  };

  it("EP-04: ssl takes a certificate and a key in files", async () => {
    const { certificate, key } = issue();
    const server = await start(
      `ssl:0:interface=127.0.0.1:privateKey=${key}:certKey=${certificate}:sslmethod=TLSv1_2_METHOD:alpn=h2,x`,
    );
    expect(server.endpoint.description).toBe("port 0 on 127.0.0.1, with TLS");
    const socket = await dial(server, { servername: "a.example.com", ALPNProtocols: ["x"] });
    expect(socket.alpnProtocol).toBe("x");
  });

  it("EP-08: tls takes a folder of certificates", async () => {
    const { folder } = issue();
    const server = await start(`tls:${folder}:0:interface=127.0.0.1:minVersion=TLSv1.3`);
    const socket = await dial(server, { servername: "a.example.com" });
    expect(socket.getProtocol()).toBe("TLSv1.3");
    expect(socket.getPeerCertificate().subject.CN).toBe("a.example.com");
  });

  it("EP-08: tls listens at 443 unless it is told", () => {
    expect(serverFromString("tls:/etc/x").description).toBe("port 443, with TLS");
  });

  it("SD-03: tls stands in front of any other endpoint", async () => {
    const { folder } = issue();
    const inner = `tcp:0:interface=${quoteStringArgument("127.0.0.1")}`;
    const server = await start(`tls:${folder}:endpoint=${quoteStringArgument(inner)}`);
    expect((await dial(server, { servername: "a.example.com" })).encrypted).toBe(true);
    expect(serverFromString("tls:/etc/x:endpoint=systemd\\:name\\=web").description).toContain('"web"');
  });

  it("EP-04: reads files when it is to listen, not before: one that is missing is a line, and 66", async () => {
    const endpoint = serverFromString("ssl:0:privateKey=/nowhere/key.pem");
    expect(endpoint.description).toBe("port 0, with TLS");
    const error = await start("ssl:0:privateKey=/nowhere/key.pem").catch(
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toBeInstanceOf(NoCertificateError);
    expect((error as Error).message).toContain("there is no file key.pem in /nowhere");
    expect(await app.finished).toMatchObject({ exitCode: 66 });
  });

  it.each([
    ["ssl", 4, "port is missing"],
    ["ssl:443:sslmethod=SSLv2_METHOD", 19, "sslmethod must be one of TLS_METHOD, SSLv23_METHOD"],
    ["ssl:443:certkey=x", 9, 'ssl has no argument "certkey"'],
    ["tls", 4, "path is missing"],
    ["tls:/etc/x:endpoint=tcp\\:8o80", 26, "port must be a whole number"],
    ["tls:/etc/x:endpoint=tcp\\:80\\:interfce\\=x", 30, 'tcp has no argument "interfce"'],
    ["tls:/etc/x:443:endpoint=tcp\\:80", 5, "port, backlog and interface are those of the endpoint"],
    ["tls:/etc/x:alpn=h2,,x", 17, "alpn must be words between commas"],
    ["tls:/etc/x:clientCertificate=required", 5, "certificates of clients need clientCAs"],
  ])("EP-17: refuses %j at column %d", async (text, column, said) => {
    const message = await refusal(() => serverFromString(text));
    expect(message).toContain(`endpoint "${text}": column ${column}: ${said}`);
  });

  it("EP-04: suggests the name that was meant", async () => {
    const message = await refusal(() => serverFromString("ssl:443:certkey=x"));
    expect(message).toContain('(did you mean "certKey"?)');
  });
});
