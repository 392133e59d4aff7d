/** HTTPServer with every kind of listener, the real frameworks among them, asked by curl. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";
import { environment, Project, type Running } from "./harness";

const WEB = `
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { text } from "node:stream/consumers";
import { HTTPServer, fetchHandler, nodeHandler, Parameter, ServiceMaker, type IService } from "appd";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const onNode = async (request: any, response: any) => {
  if (request.url === "/throw") throw new Error("a secret of the server");
  if (request.url === "/slow") {
    console.log("asked");
    await pause(300);
  }
  if (request.url === "/hello" || request.url === "/slow") return response.end("hello");
  if (request.url === "/echo") return response.end(await text(request));
  response.writeHead(404).end();
};

const onFetch = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url);
  if (pathname === "/throw") throw new Error("a secret of the server");
  if (pathname === "/slow") {
    console.log("asked");
    await pause(300);
  }
  if (pathname === "/hello" || pathname === "/slow") return new Response("hello");
  if (pathname === "/echo") return new Response(await request.text());
  return new Response(null, { status: 404 });
};

const LISTENERS: Record<string, () => any> = {
  node: () => (request: any, response: any) => onNode(request, response),
  nodeHandler: () => nodeHandler((...all: any[]) => onNode(all[0], all[1])),
  fetch: () => (request: Request) => onFetch(request),
  fetchHandler: () => fetchHandler((...all: any[]) => onFetch(all[0])),
  object: () => ({ fetch: onFetch }),
  express: () => {
    const app = express();
    app.get("/hello", (_request, response) => void response.send("hello"));
    app.post("/echo", express.text({ type: "*/*" }), (request, response) => void response.send(request.body));
    app.get("/throw", () => {
      throw new Error("a secret of the server");
    });
    app.use((error: unknown, _request: any, response: any, _next: any) => response.status(500).end());
    return app;
  },
  koa: () => {
    const app = new Koa();
    app.silent = true;
    app.use(async (context) => {
      if (context.path === "/throw") throw new Error("a secret of the server");
      if (context.path === "/hello") context.body = "hello";
      if (context.path === "/echo") context.body = await text(context.req);
    });
    return app;
  },
  fastify: () => {
    const app = Fastify();
    app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    app.get("/hello", async () => "hello");
    app.post("/echo", async (request) => request.body);
    app.get("/throw", async () => {
      throw Object.assign(new Error(), { statusCode: 500 });
    });
    return app;
  },
  hono: () => {
    const app = new Hono();
    app.get("/hello", (context) => context.text("hello"));
    app.post("/echo", async (context) => context.text(await context.req.text()));
    app.get("/throw", () => {
      throw new Error("a secret of the server");
    });
    app.onError((_error, context) => context.body(null, 500));
    return app;
  },
};

@ServiceMaker("web", "Serves HTTP by a listener of some kind.")
export class Web {
  @Parameter("Where to listen.") where = "tcp:0:interface=127.0.0.1";
  @Parameter("The kind of listener.") kind = "node";
  makeService(): IService {
    return new HTTPServer(this.where, LISTENERS[this.kind]!());
  }
}

@ServiceMaker("odd", "Has a listener that is none.")
export class Odd {
  makeService(): IService {
    return new HTTPServer(0, { listen: true } as never);
  }
}
`;
const KINDS = ["node", "nodeHandler", "fetch", "fetchHandler", "object", "express", "koa", "fastify", "hono"];

let project: Project;
beforeAll(() => (project = new Project({ "plugins/web.ts": WEB })));
afterAll(() => project.remove());

interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** What curl gets: the status, the headers and the body. */
async function curl(url: string, ...words: readonly string[]): Promise<Answer> {
  const all = ["-sS", "-i", "--max-time", "10", ...words, url];
  const { stdout } = await promisify(execFile)("curl", all, { env: environment() });
  const [, headers = "", body = ""] = /^([^]*?)\r\n\r\n([^]*)$/.exec(stdout) ?? [];
  return { status: Number(headers.split(" ")[1]), headers, body };
}

async function base(running: Running): Promise<string> {
  return `http://127.0.0.1:${await running.port()}`;
}

describe.each(KINDS)("HTTPServer with a listener of the kind %s", (kind) => {
  it("answers, takes bodies, knows what is not there, and stops", async () => {
    const running = project.start(["--log-level", "info", "web", "--kind", kind]);
    const url = await base(running);
    expect(await curl(`${url}/hello`)).toMatchObject({ status: 200, body: "hello" });
    expect(await curl(`${url}/echo`, "-H", "content-type: text/plain", "-d", "some words")).toMatchObject({
      status: 200,
      body: "some words",
    });
    expect((await curl(`${url}/hello`, "-I")).status).toBe(200);
    expect((await curl(`${url}/missing`)).status).toBe(404);
    const broken = await curl(`${url}/throw`);
    expect(broken.status).toBe(500);
    expect(broken.headers + broken.body).not.toContain("secret");
    expect((await curl(`${url}/hello`)).body).toBe("hello");
    expect(await running.stop()).toMatchObject({ status: 0, stdout: "" });
  });
});

describe("stopping", () => {
  it.each(["node", "fetch"])(
    "lets a request in flight finish, says Connection: close, and refuses others: %s",
    async (kind) => {
      const running = project.start(["web", "--kind", kind]);
      const url = await base(running);
      const slow = curl(`${url}/slow`);
      await running.says(/^asked$/m);
      const ended = running.stop();
      await running.says(/SIGTERM/);
      await expect(curl(`${url}/hello`)).rejects.toThrow(
        /Connection refused|Couldn't connect|Failed to connect/,
      );
      const { status, headers, body } = await slow;
      expect({ status, body }).toEqual({ status: 200, body: "hello" });
      expect(headers).toMatch(/^connection: close$/im);
      expect(await ended).toMatchObject({ status: 0 });
    },
    20_000,
  );

  it("is not held up by a connection that says nothing, nor by half a request", async () => {
    const running = project.start(["web"]);
    const port = await running.port();
    const silent = connect(port, "127.0.0.1").on("error", () => undefined);
    const half = connect(port, "127.0.0.1").on("error", () => undefined);
    half.write("GET /hello HTTP/1.1\r\nHost: ");
    await Promise.all([once(silent, "connect"), once(half, "connect")]);
    const before = Date.now();
    expect(await running.stop()).toMatchObject({ status: 0 });
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});

describe("a peer that resets its connection at any moment", () => {
  it.each(["node", "fetch", "express"])("costs nothing: %s", async (kind) => {
    const running = project.start(["--log-format", "pretty", "web", "--kind", kind]);
    const port = await running.port();
    const requests = [
      "GET /hel",
      "GET /hello HTTP/1.1\r\nhost: x\r\n\r\n",
      "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\nhalf",
    ];
    const resets = Array.from({ length: 60 }, async (_, n) => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      await once(socket, "connect");
      socket.write(requests[n % 3] ?? "");
      if (n % 2 === 0) await new Promise(setImmediate);
      socket.resetAndDestroy();
    });
    await Promise.all(resets);
    expect((await curl(`http://127.0.0.1:${port}/hello`)).body).toBe("hello");
    const { status, stderr } = await running.stop();
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/ (warn|fatal) /);
  });
});

describe("a listener that is none", () => {
  it("is refused when the server is made", async () => {
    const { status, stderr } = await project.appd(["odd"]);
    expect(stderr).toMatch(/^appd: .*an object of class Object is no listener.*\n$/);
    expect(status).toBe(70);
  });
});

describe("an endpoint string that is none", () => {
  it.each([
    ["tcp:http", 'column 5: port must be a whole number from 0 to 65535, got "http"'],
    ["tcp:70000", 'column 5: port must be a whole number from 0 to 65535, got "70000"'],
    [
      "tcp:80:interfce=x",
      'column 8: tcp has no argument "interfce", it takes port, interface, backlog (did you mean "interface"?)',
    ],
    ["udp:53", 'column 1: "udp" is no kind of endpoint, there are tcp, '],
  ])("W-14: %s is refused with what would work", async (where, line) => {
    const { status, stdout, stderr } = await project.appd(["web", "--where", where]);
    expect({ status, stdout }).toEqual({ status: 64, stdout: "" });
    expect(stderr).toContain(`appd: endpoint "${where}": ${line}`);
    expect(stderr).toMatch(/^.*\n$/);
  });
});
