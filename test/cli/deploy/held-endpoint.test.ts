import {
  heldEndpoint,
  isHeld,
  privilegedPortOf,
  textOfEndpoint,
} from "../../../src/cli/deploy/held-endpoint";
import { serverFromString } from "../../../src/endpoint/server-from-string";
import { TCPServerEndpoint } from "../../../src/endpoint/tcp-server-endpoint";
import { UNIXServerEndpoint } from "../../../src/endpoint/unix-server-endpoint";
import { Endpoint } from "../../../src/internet/endpoint-option";

const hold = (text: string) => heldEndpoint(text, { name: "web", folder: "/srv/x" });
const plan = { name: "web", backlog: 511, ipv6Only: false, freeBind: false };
const told = "systemd:name=web";

describe("an endpoint that systemd is to listen at", () => {
  it.each([
    ["8080", { ...plan, listen: "8080" }],
    ["tcp:8080", { ...plan, listen: "8080" }],
    ["TCP:80:interface=0.0.0.0", { ...plan, listen: "0.0.0.0:80" }],
    ["tcp:80:interface=127.0.0.1:backlog=7", { ...plan, listen: "127.0.0.1:80", backlog: 7 }],
    ["tcp:80:interface=192.0.2.1", { ...plan, listen: "192.0.2.1:80", freeBind: true }],
    ["tcp:80:interface=\\:\\:1", { ...plan, listen: "[::1]:80" }],
    ["tcp6:80", { ...plan, listen: "[::]:80", ipv6Only: true }],
    ["unix:/run/x.sock", { ...plan, listen: "/run/x.sock", file: { mode: 0o666 } }],
    [
      "unix:x.sock:mode=660:user=root:group=33",
      { ...plan, listen: "/srv/x/x.sock", file: { mode: 0o660, user: "root", group: "33" } },
    ],
  ])("SD-03: %s", (text, socket) => expect(hold(text)).toEqual({ socket, text: told }));

  it.each([
    ["tls:/etc/tls:8443", "8443", "tls:/etc/tls:endpoint=systemd\\:name\\=web"],
    ["tls:/etc/tls", "443", "tls:/etc/tls:endpoint=systemd\\:name\\=web"],
    [
      "tls:/a\\:b:8443:minVersion=TLSv1.3",
      "8443",
      "tls:/a\\:b:minVersion=TLSv1.3:endpoint=systemd\\:name\\=web",
    ],
    [
      "tls:/t:endpoint=tcp\\:99\\:interface\\=127.0.0.1",
      "127.0.0.1:99",
      "tls:/t:endpoint=systemd\\:name\\=web",
    ],
    ["tls:/t:interface=\\:\\:1:port=99", "[::1]:99", "tls:/t:endpoint=systemd\\:name\\=web"],
    ["haproxy:tcp:8080:interface=127.0.0.1", "127.0.0.1:8080", "haproxy:systemd:name=web"],
    ["haproxy:trust=10.0.0.0/8,::1:tcp:8080", "8080", "haproxy:trust=10.0.0.0/8,::1:systemd:name=web"],
    ["haproxy:endpoint=tcp\\:81:timeout=3", "81", "haproxy:endpoint=systemd\\:name\\=web:timeout=3"],
    ["haproxy:tls:/etc/tls:443", "443", "haproxy:tls:/etc/tls:endpoint=systemd\\:name\\=web"],
  ])("SD-03: %s, in front of it what was there", (text, listen, instead) => {
    const found = hold(text);
    if (!isHeld(found)) throw new Error(found.why);
    expect({ listen: found.socket.listen, text: found.text }).toEqual({ listen, text: instead });
    expect(() => serverFromString(found.text)).not.toThrow();
  });

  it.each([
    ["tcp:0", "the system is to choose its port", undefined],
    ["tcp:80:interface=localhost", "numeric addresses, and not at localhost", 80],
    ["tcp:8080:interface=fe80\\:\\:1%eth0", "numeric addresses", undefined],
    ["tls:/etc/tls:0", "the system is to choose its port", undefined],
    ["ssl:443:key.pem", '"tls:" can', 443],
    ["ssl:8443:key.pem", '"tls:" can', undefined],
    ["systemd:name=mine", "a socket unit of your own", undefined],
    ["fd:3", "write systemd:name=", undefined],
    ["stdio", "standard input", undefined],
    ["onion:service", "a plugin's", undefined],
  ])("%s stays with the service", (text, why, privilegedPort) => {
    expect(hold(text)).toMatchObject({ why: expect.stringContaining(why) as string });
    expect(privilegedPortOf(text)).toBe(privilegedPort);
  });

  it.each([
    [Endpoint(8080), "tcp:8080"],
    [Endpoint("tcp6:1:backlog=5"), "tcp6:1:backlog=5:interface=\\:\\:"],
    [new TCPServerEndpoint({ port: 1, interface: "::1", backlog: 2 }), "tcp:1:interface=\\:\\:1:backlog=2"],
    [Endpoint("unix:/run/x"), "unix:/run/x"],
    [new UNIXServerEndpoint({ address: "/run/x" }), undefined],
  ])("has a text, also one that a program has made", (endpoint, text) => {
    const written = textOfEndpoint(endpoint);
    expect(written === undefined ? written : hold(written)).toEqual(text === undefined ? text : hold(text));
  });

  it.each([
    ["tcp:80", 80],
    ["tls:/etc/tls", 443],
    ["tcp:8080", undefined],
    ["unix:/run/80", undefined],
    ["hello: world", undefined],
    ["80", undefined],
  ])("which port below 1024 a text means: %s", (text, port) => expect(privilegedPortOf(text)).toBe(port));
});
