import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { clientEndpoint, type ToWhere } from "../../src/endpoint/client-endpoint";
import { clientFromString, resolveClientEndpoint } from "../../src/endpoint/client-from-string";
import { HostnameEndpoint } from "../../src/endpoint/hostname-endpoint";
import { TLSClientEndpoint } from "../../src/endpoint/tls-client-endpoint";
import { UNIXClientEndpoint } from "../../src/endpoint/unix-client-endpoint";
import { refusal } from "./harness";

describe("clientFromString", () => {
  it("EP-10: reads tcp, host and port by place and by name in any mix", () => {
    for (const text of [
      "tcp:example.com:80",
      "tcp:host=example.com:port=80",
      "tcp:port=80:example.com",
      "tcp:example.com:port=80:timeout=30",
      "TCP:example.com:80",
    ]) {
      const endpoint = clientFromString(text);
      expect(endpoint).toBeInstanceOf(HostnameEndpoint);
      expect(endpoint).toMatchObject({ host: "example.com", port: 80, description: "example.com, port 80" });
    }
  });

  it("EP-11: reads unix", () => {
    const endpoint = clientFromString("unix:/run/x.sock:timeout=0.5:lockfile=1");
    expect(endpoint).toBeInstanceOf(UNIXClientEndpoint);
    expect(endpoint).toMatchObject({ path: "/run/x.sock" });
  });

  it("EP-13: reads tls, over a host and a port, or over another endpoint", () => {
    const endpoint = clientFromString("tls:example.com:443:trustRoots=/etc/x.pem:alpn=h2,http/1.1");
    expect(endpoint).toBeInstanceOf(TLSClientEndpoint);
    expect(endpoint.description).toBe("example.com, port 443, with TLS");
    expect(clientFromString("tls:example.com:endpoint=unix\\:/run/x").description).toBe(
      "the socket /run/x, with TLS",
    );
    expect(clientFromString("tls:b:endpoint=tls\\:a\\:443").description).toBe(
      "a, port 443, with TLS, with TLS",
    );
  });

  it("EP-12: says what to write for ssl", async () => {
    const message = await refusal(() => clientFromString("ssl:example.com:443"));
    expect(message).toBe(
      'endpoint "ssl:example.com:443": column 1: a client has no kind ssl, which did not verify the server: write tls:<host>:<port>',
    );
  });

  it("connects to what it says", async () => {
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const socket = await clientFromString(`tcp:127.0.0.1:${port}`).connect();
    expect(socket.remotePort).toBe(port);
    socket.destroy();
    server.close();
  });

  it.each([
    ["tcp:example.com", 16, "port is missing: it is written tcp:<host>:<port>[:timeout=<seconds>]"],
    ["tcp:example.com:0", 17, "port must be a whole number from 1 to 65535"],
    ["tcp::80", 5, "host is missing"],
    ["tcp:h:80:timeout=soon", 18, "timeout must be a number of seconds from 0.001 to 86400"],
    ["tcp:h:80:timeout=0", 18, "timeout must be"],
    ["example.com:80", 1, '(did you mean "tcp:example.com:80"?)'],
    ["localhost:80", 1, '(did you mean "tcp:localhost:80"?)'],
    ["db:5432", 1, '(did you mean "tcp:db:5432"?)'],
    ["tpc:5432", 1, '(did you mean "tcp"?)'],
    ["8080", 1, '"8080" is no kind of endpoint'],
    ["unix", 5, "path is missing"],
    ["tls:example.com", 5, "port is missing, and there is no endpoint in its place"],
    ["tls:example.com:443:privateKey=x", 5, "privateKey is of no use without certificate"],
    ["tls:example.com:endpoint=tcp\\:a\\:b", 34, "port must be a whole number from 1 to 65535"],
  ])("EP-17: refuses %j at column %d", async (text, column, said) => {
    const message = await refusal(() => resolveClientEndpoint(text));
    expect(message).toContain(`endpoint "${text}": column ${column}: `);
    expect(message).toContain(said);
  });

  it("EP-16: looks for a kind that is not known when it connects", async () => {
    const endpoint = clientFromString("tpc:localhost:80");
    expect(await refusal(() => endpoint.connect())).toContain('(did you mean "tcp"?)');
  });
});

describe("clientEndpoint", () => {
  it("takes a text and an endpoint", () => {
    const endpoint = clientFromString("tcp:localhost:80");
    expect(clientEndpoint("tcp:localhost:80").description).toBe("localhost, port 80");
    expect(clientEndpoint(endpoint)).toBe(endpoint);
  });

  it.each([undefined, 80])("refuses %j", async (where) => {
    const message = "where to connect to must be an endpoint string or an endpoint, got ";
    expect(await refusal(() => clientEndpoint(where as unknown as ToWhere))).toContain(message);
  });
});
