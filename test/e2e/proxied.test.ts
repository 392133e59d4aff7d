/** Servers behind HAProxy, which says who its clients are. */
import { once } from "node:events";
import { connect } from "node:net";
import { Project, type Running } from "./harness";
import { describeWith } from "../programs";
import { freePorts } from "./free-ports";

const MAKERS = `
import { HTTPServer, Parameter, ServiceMaker, TCPServer, type IService } from "appd";

@ServiceMaker("who", "Says who you are.")
export class Who {
  @Parameter("Where to listen.") at = "haproxy:tcp:0:interface=127.0.0.1";
  makeService(): IService {
    return new TCPServer(this.at, (socket) => {
      socket.once("data", (data) => socket.end(\`\${socket.remoteAddress} \${socket.remotePort} \${data}\`));
    });
  }
}

@ServiceMaker("web", "Says over HTTP who you are.")
export class Web {
  @Parameter("Where to listen.") at = "haproxy:tcp:0:interface=127.0.0.1";
  makeService(): IService {
    return new HTTPServer(this.at, (request, response) => response.end(request.socket.remoteAddress));
  }
}
`;

let project: Project;
beforeAll(() => (project = new Project({ "plugins/who.ts": MAKERS })));
afterAll(() => project.remove());

/** HAProxy in front of a server, by each version of its protocol: at which ports. */
async function proxied(server: Running): Promise<{ proxy: Running; ports: readonly number[] }> {
  const to = await server.port();
  const ways = ["send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,unique-id"];
  const ports = await freePorts(ways.length);
  const listeners = ways.map(
    (way, at) => `listen way${at}
  bind 127.0.0.1:${ports[at] ?? 0}
  unique-id-format %ci-%ts
  server server 127.0.0.1:${to} ${way} check check-send-proxy inter 100ms
`,
  );
  const defaults = "mode tcp\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n";
  project.write({ "haproxy.cfg": `defaults\n  ${defaults}\n${listeners.join("\n")}` });
  const proxy = project.spawn("/usr/sbin/haproxy", ["-db", "-f", project.path("haproxy.cfg")]);
  await Promise.all(ports.map(reachable));
  return { proxy, ports };
}

async function reachable(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What is said to a client with that address of this machine, and from which of its ports. */
async function asked(port: number, text: string): Promise<{ said: string; from: number }> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.77" });
  await once(socket, "connect");
  const from = socket.localPort ?? 0;
  socket.write(text);
  let said = "";
  for await (const chunk of socket.setEncoding("utf8")) said += String(chunk);
  return { said, from };
}

describeWith("haproxy")("haproxy:tcp:…", () => {
  it("EP-07: hands on the addresses of HAProxy's clients, by both versions of its protocol", async () => {
    const server = project.start(["who"]);
    const { proxy, ports } = await proxied(server);
    expect(ports).toHaveLength(3);
    for (const port of ports) {
      const { said, from } = await asked(port, "hello");
      expect(said).toBe(`127.0.0.77 ${from} hello`);
    }
    await proxy.stop();
    expect(await server.stop()).toMatchObject({ status: 0 });
  });

  it("EP-07: HTTP's handlers see them", async () => {
    const server = project.start(["web"]);
    const { proxy, ports } = await proxied(server);
    for (const port of ports) {
      const { said } = await asked(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n127\.0\.0\.77$/);
    }
    await proxy.stop();
    await server.stop();
  });

  it("EP-07: closes whom it does not trust, and who sends no header", async () => {
    const server = project.start(["who", "--at", "haproxy:trust=10.0.0.0/8,::1:tcp:0:interface=127.0.0.1"]);
    const { proxy, ports } = await proxied(server);
    expect((await asked(ports[0] ?? 0, "hello").catch(() => ({ said: "" }))).said).toBe("");
    await server.says(/closed a connection from 127\.0\.0\.1: it is none of the proxies that are trusted/);
    await proxy.stop();
    await server.stop();

    const trusting = project.start(["--log-level", "debug", "who", "--at", "haproxy:trust=*:tcp:0"]);
    const said = asked(await trusting.port(), "GET / HTTP/1.1\r\n\r\n").catch(() => ({ said: "" }));
    expect((await said).said).toBe("");
    await trusting.says(/it does not begin with a PROXY header/);
    expect(await trusting.stop()).toMatchObject({ status: 0 });
  });
});
