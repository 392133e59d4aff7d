/** What servers do about sockets: those that systemd gives, UNIX sockets that are left behind, and too many of them. */
import { once } from "node:events";
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { Authority } from "../endpoint/certificates";
import { describeWith } from "../programs";
import { Project, type Running } from "./harness";

const MAKERS = `
import { HTTPServer, MultiService, Parameter, ServiceMaker, TCPServer, TLSServer, type IService } from "appd";

const left = (): string => Object.keys(process.env).filter((name) => name.startsWith("LISTEN_")).join();

@ServiceMaker("greet", "Greets at one place or two.")
export class Greet {
  @Parameter("Where to listen.") at = "tcp:0:interface=127.0.0.1";
  @Parameter("Where to listen, too.") also?: string;

  makeService(): IService {
    const all = new MultiService();
    for (const [name, where] of [["first", this.at], ["second", this.also]])
      if (where) all.addService(new TCPServer(where, (socket) => socket.end(\`\${name} \${left()}\\n\`)));
    return all;
  }
}

@ServiceMaker("secure", "Greets by TLS.")
export class Secure {
  @Parameter("Where to listen.") at = "tcp:0";

  makeService(): IService {
    return new TLSServer(this.at, (socket) => socket.end("hello\\n"), { certificate: "server.pem" });
  }
}

@ServiceMaker("web", "Says hello over HTTP.")
export class Web {
  @Parameter("Where to listen.") at = "tcp:0:interface=127.0.0.1";
  @Parameter("How many may come.") most = 0;

  makeService(): IService {
    const limits = this.most > 0 ? { maxConnections: this.most } : {};
    return new HTTPServer(this.at, (_request, response) => response.end("hello\\n"), limits);
  }
}
`;

let project: Project;
beforeAll(() => (project = new Project({ "plugins/greet.ts": MAKERS })));
afterAll(() => project.remove());

/** All that is said at a port or a path before it hangs up. */
async function said(where: number | string, asking = ""): Promise<string> {
  let text = "";
  const socket = typeof where === "number" ? connect(where, "127.0.0.1") : connect(where);
  socket.write(asking);
  for await (const chunk of socket.setEncoding("utf8")) text += String(chunk);
  return text;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const ACTIVATE = "systemd-socket-activate";

/** Started by systemd's own program with sockets that it has opened. */
function activated(sockets: readonly string[], words: readonly string[], names?: string): Running {
  return project.spawn(ACTIVATE, [
    ...sockets.flatMap((socket) => ["-l", socket]),
    ...(names === undefined ? [] : [`--fdname=${names}`]),
    process.execPath,
    project.path("node_modules/appd/dist/cli.js"),
    ...words,
  ]);
}

describeWith(ACTIVATE)(`sockets of systemd, by ${ACTIVATE}`, () => {
  it("EP-06, SD-01: one by its index; what told of it is gone from the environment", async () => {
    const port = await freePort();
    const running = activated([`127.0.0.1:${port}`], ["greet", "--at", "systemd:index=0:domain=INET"]);
    await running.says(/Listening on/);
    expect(await said(port)).toBe("first \n");
    await running.says(new RegExp(`listening on 127\\.0\\.0\\.1:${port}`));
    expect(await said(port)).toBe("first \n");
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("EP-06, SD-01: two by their names, one of them a UNIX socket", async () => {
    const [port, path] = [await freePort(), project.path("given.sock")];
    const where = ["--at", "systemd:name=web", "--also", "systemd:domain=UNIX:name=admin"];
    const running = activated([`127.0.0.1:${port}`, path], ["greet", ...where], "web:admin");
    await running.says(/Listening on .*given\.sock/);
    expect(await said(path)).toBe("second \n");
    expect(await said(port)).toBe("first \n");
    await running.says(/listening on \S*given\.sock/);
    expect(await running.stop()).toMatchObject({ status: 0 });
    // It is systemd's.
    expect(existsSync(path)).toBe(true);
  });

  it("EP-09: as fd:, and over HTTP", async () => {
    const port = await freePort();
    const running = activated([`127.0.0.1:${port}`], ["web", "--at", "fd:3"]);
    await running.says(/Listening on/);
    expect(await said(port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 OK[^]*hello\n$/);
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("SD-03: TLS in front of it", async () => {
    const port = await freePort();
    const authority = new Authority();
    const { certificate, key } = authority.issue();
    authority.remove();
    project.write({ "server.pem": key + certificate });
    await project.run("chmod", ["600", "server.pem"]);
    const running = activated([`127.0.0.1:${port}`], ["secure", "--at", "systemd:name=web"], "web");
    await running.says(/Listening on/);
    const client = connectSecurely({ port, host: "127.0.0.1", ca: authority.certificate });
    let text = "";
    for await (const chunk of client.setEncoding("utf8")) text += String(chunk);
    expect(text).toBe("hello\n");
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("EP-06: one of another domain, or that is not there, is refused in a line", async () => {
    for (const [where, problem] of [
      ["systemd:index=0:domain=UNIX", "its domain is INET, not UNIX"],
      ["systemd:index=1", "this process was given one: 0"],
    ] as const) {
      const port = await freePort();
      const running = activated([`127.0.0.1:${port}`], ["greet", "--at", where]);
      await running.says(/Listening on/);
      connect(port, "127.0.0.1").on("error", () => undefined);
      const { status, stderr } = await running.ended;
      expect(stderr).toContain(
        `appd: can't listen on systemd's socket number ${where[14] ?? ""}: ${problem}`,
      );
      expect(status).toBe(64);
    }
  });

  it("SD-01: those that are for another process are none", async () => {
    const env = { LISTEN_PID: "1", LISTEN_FDS: "1" };
    const { status, stderr } = await project.appd(["greet", "--at", "systemd:index=0"], { env });
    expect([status, stderr]).toEqual([64, expect.stringContaining("this process was given no sockets")]);
  });
});

describe("a UNIX socket", () => {
  it("IN-04, W-13: that a killed process has left is replaced; that of a living one is in use, and 69", async () => {
    const path = project.path("x.sock");
    const words = ["greet", "--at", `unix:${path}:mode=600`];
    const first = project.start(words);
    await first.says(/listening on \S*x\.sock/);
    expect((lstatSync(path).mode & 0o777).toString(8)).toBe("600");
    const second = await project.appd(words);
    expect(second.stderr).toBe(
      `appd: can't listen on the socket ${path}: it is in use already, by process ${first.pid} (node); stop that, or choose another\n`,
    );
    expect(second.status).toBe(69);
    await first.stop("SIGKILL");
    expect(existsSync(path)).toBe(true);
    const third = project.start(words);
    await third.says(/replaced .*x\.sock, a socket on which nobody listened any more/);
    await third.says(/listening on \S*x\.sock/);
    expect(await said(path)).toBe("first \n");
    expect(await third.stop()).toMatchObject({ status: 0 });
    expect(readdirSync(project.folder).filter((name) => name.includes("x.sock"))).toEqual([]);
  });
});

describe("too many connections", () => {
  const start = async (...words: string[]): Promise<{ running: Running; port: number }> => {
    const running = project.start(["web", ...words]);
    return { running, port: await running.port() };
  };
  const hello = (port: number): Promise<string> => said(port, "GET / HTTP/1.0\r\n\r\n");

  /** Asks until it is answered so: nobody knows when the server has noticed who came or went. */
  async function answers(port: number, expected: RegExp): Promise<void> {
    while (!expected.test(await hello(port).catch(() => ""))) await new Promise(setImmediate);
  }

  async function open(port: number, count: number, sent = ""): Promise<Socket[]> {
    const sockets = Array.from({ length: count }, () =>
      connect(port, "127.0.0.1").on("error", () => undefined),
    );
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    for (const socket of sockets) socket.write(sent);
    return sockets;
  }

  it("rule 23: a hundred half-open requests keep nobody else from being served, nor the stop from its end", async () => {
    const { running, port } = await start();
    await open(port, 100, "GET / HTTP/1.1\r\nHost: x\r\n");
    expect(await hello(port)).toContain("hello");
    const stopped = await running.stop();
    expect(stopped).toMatchObject({ status: 0 });
  });

  it("W-49: those beyond the limit are told to come again", async () => {
    const { running, port } = await start("--most", "1");
    const [inside] = await open(port, 1);
    await answers(port, /^HTTP\/1\.1 503 [^]*Retry-After: 1\r\n/);
    inside?.destroy();
    await answers(port, /hello/);
    const { stderr } = await running.stop();
    expect(stderr).toContain("1 is open, as many as may be (maxConnections)");
  });

  it.each([
    ["by the limit that follows from them", []],
    ["by none", ["--most", "1000"]],
  ])("rule 24: file descriptors that run out, guarded %s, come back", async (_, most) => {
    const cli = project.path("node_modules/appd/dist/cli.js");
    const words = [process.execPath, cli, "web", ...most];
    const running = project.spawn("sh", ["-c", 'ulimit -n 64; exec "$@"', "sh", ...words]);
    const port = await running.port();
    const sockets = await open(port, 100);
    await answers(port, /^(?![^]*hello)/);
    for (const socket of sockets) socket.destroy();
    await answers(port, /hello/);
    expect(await running.stop()).toMatchObject({ status: 0 });
  });
});
