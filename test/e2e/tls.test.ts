/** TLS, HTTP/2 and WebSockets with the programs that people use them with. */
import { once } from "node:events";
import { Agent, request as askHttps, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { WebSocket } from "ws";
import { Authority, type Issued } from "../endpoint/certificates";
import { describeWith } from "../programs";
import { Project, tarball, type Ended, type Running } from "./harness";

const MAKER = `
import type { TLSSocket } from "node:tls";
import { Endpoint, HTTPServer, Parameter, ServiceMaker, type IService } from "appd";

@ServiceMaker("site", "Says who asked for what.")
export class Site {
  @Parameter("Where to listen.", { short: "p", type: Endpoint }) listen = Endpoint("tcp:0");

  makeService(): IService {
    return new HTTPServer(this.listen, (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate?.() ?? {};
      const answer = () => response.end(\`\${request.httpVersion} \${request.url} \${subject?.CN ?? "nobody"}\\n\`);
      if (request.url === "/slow") console.log("asked for /slow");
      setTimeout(answer, request.url === "/slow" ? 1_000 : 0);
    });
  }
}
`;

const CHAT = `
import { Endpoint, HTTPServer, Parameter, ServiceMaker, type IService } from "appd";

@ServiceMaker("chat", "Says what it is told.")
export class Chat {
  @Parameter("Where to listen.", { short: "p", type: Endpoint }) listen = Endpoint("tcp:0");

  makeService(): IService {
    return new HTTPServer(this.listen, (request, response) => response.end("no chat here\\n"), {
      webSocket: { "/chat": (socket) => socket.on("message", (data) => socket.send(\`you said \${String(data)}\`)) },
    });
  }
}
`;

const CLIENT = `
const { clientFromString } = require("appd");
clientFromString(process.argv[2]).connect().then(
  (socket) => {
    socket.setEncoding("utf8").on("data", (text) => process.stdout.write(text));
    socket.end("GET / HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n");
  },
  (error) => process.stdout.write(error.code + ": " + error.message + "\\n"),
);
`;

const both = ({ certificate, key }: Issued): string => certificate + key;

describeWith("openssl")("a server behind TLS", () => {
  let authority: Authority;
  let project: Project;
  let running: Running | undefined;

  beforeAll(() => {
    authority = new Authority();
    project = new Project({ "plugins/site.ts": MAKER, "client.cjs": CLIENT });
    authority.write(
      "certs/a.pem",
      both(authority.issue({ names: "DNS:localhost,IP:127.0.0.1", commonName: "a" })),
    );
    authority.write("certs/b.pem", both(authority.issue({ names: "DNS:*.b.example", commonName: "b" })));
    const { certificate, key } = authority.issue({ commonName: "alice" });
    authority.write("alice.crt", certificate);
    authority.write("alice.key", key);
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });
  afterAll(() => {
    project.remove();
    authority.remove();
  });

  const path = (name: string): string => `${authority.folder}/${name}`;
  const alice = (): string => `-cert ${path("alice.crt")} -key ${path("alice.key")}`;

  async function site(...more: string[]): Promise<number> {
    const where = [`tls:${path("certs")}:0:interface=127.0.0.1`, ...more].join(":");
    running = project.start(["site", "-p", where]);
    return running.port();
  }

  const shell = async (line: string): Promise<string> => {
    const { stdout, stderr } = await project.run("sh", ["-c", line]);
    return stdout + stderr;
  };
  const dial = (port: number, words: string, said = ""): Promise<string> =>
    shell(
      `printf '${said}' | timeout 10 openssl s_client -connect 127.0.0.1:${port} -CAfile ${authority.path} ${words}`,
    );

  it("EP-08: shows openssl s_client the certificate of the host that it asks for", async () => {
    const port = await site();
    expect(await dial(port, "-servername localhost")).toMatch(
      /subject=CN = a$[^]*Verify return code: 0 \(ok\)/m,
    );
    expect(await dial(port, "-servername www.b.example")).toMatch(
      /subject=CN = b$[^]*Verify return code: 0 \(ok\)/m,
    );
    expect(await dial(port, "-noservername")).toMatch(/subject=CN = a$/m);
  });

  it("agrees on a protocol with it, and on none that is not there", async () => {
    const port = await site();
    expect(await dial(port, "-alpn h2,http/1.1")).toMatch(/ALPN protocol: h2$/m);
    expect(await dial(port, "-alpn http/1.1")).toMatch(/ALPN protocol: http\/1\.1$/m);
    expect(await dial(port, "-alpn smtp")).toMatch(/alert no application protocol/);
    expect(await dial(port, "-tls1_1 -cipher ALL@SECLEVEL=0")).toMatch(/alert protocol version/);
  });

  it("rule 22: knows it by its certificate, and lets in nobody else", async () => {
    const port = await site(`clientCAs=${authority.path}`);
    const ask = "GET /dogs HTTP/1.0\\r\\n\\r\\n";
    expect(await dial(port, `-quiet -ign_eof ${alice()}`, ask)).toContain("1.0 /dogs alice");
    const stranger = await dial(port, "-quiet -ign_eof", ask);
    expect(stranger).toMatch(/alert certificate required/);
    expect(stranger).not.toContain("/dogs");
  });

  it("EP-08, EP-04: refuses what can't be used, and says why", async () => {
    const refused = async (where: string): Promise<Pick<Ended, "status" | "stderr">> => {
      const { status, stderr } = await project.appd(["site", "-p", where]);
      return { status, stderr };
    };
    expect(await refused("tls:nowhere:0")).toMatchObject({
      status: 66,
      stderr: expect.stringContaining("there is no folder nowhere") as string,
    });
    const open = authority.write("open.pem", both(authority.issue()), 0o644);
    expect(await refused(`ssl:0:privateKey=${open}`)).toMatchObject({
      status: 78,
      stderr: expect.stringMatching(/open\.pem: everybody can read it \(mode 0644\): chmod o-r/) as string,
    });
    const other = authority.write("other.pem", authority.issue().certificate);
    expect(await refused(`ssl:0:privateKey=${path("alice.key")}:certKey=${other}`)).toMatchObject({
      status: 78,
      stderr: expect.stringContaining(
        "the private key in alice.key is not that of its certificate",
      ) as string,
    });
  });

  describeWith("curl")("asked by curl", () => {
    const curl = (port: number, words: string): Promise<string> =>
      shell(`curl -sS --max-time 20 --cacert ${authority.path} ${words} https://localhost:${port}/dogs`);

    it("serves HTTP/2 and HTTP/1.1", async () => {
      const port = await site();
      expect(await curl(port, "--http2 -w '%{http_version}'")).toBe("2.0 /dogs nobody\n2");
      expect(await curl(port, "--http1.1 -w '%{http_version}'")).toBe("1.1 /dogs nobody\n1.1");
      expect(await curl(port, "--http2 -d 'hello' -w '%{http_code}'")).toBe("2.0 /dogs nobody\n200");
    });

    it("finishes what is in flight when it is told to stop", async () => {
      const port = await site();
      const slow = shell(`curl -sS --http2 --cacert ${authority.path} https://localhost:${port}/slow`);
      await running?.says(/asked for \/slow/);
      const ended = running?.stop();
      expect(await slow).toBe("2.0 /slow nobody\n");
      expect(await ended).toMatchObject({ status: 0 });
    });
  });

  describeWith("nginx")("and nginx", () => {
    /** An nginx of our own on a free port, with TLS, that passes on to `upstream`. */
    async function nginx(upstream: number): Promise<number> {
      const free = createServer().listen(0, "127.0.0.1");
      await once(free, "listening");
      const { port } = free.address() as AddressInfo;
      await once(free.close(), "close");
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `${kind}_temp_path ${path(`nginx-${kind}`)};`,
      );
      authority.write("nginx.crt", authority.issue({ commonName: "nginx" }).certificate);
      const { certificate, key } = authority.issue({ commonName: "nginx" });
      authority.write("nginx.crt", certificate);
      authority.write("nginx.key", key);
      authority.write(
        "nginx.conf",
        `daemon off; master_process off; pid ${path("nginx.pid")}; error_log stderr notice; events {}
http { access_log off; ${temporary.join(" ")}
  server { listen 127.0.0.1:${port} ssl http2; ssl_certificate ${path("nginx.crt")}; ssl_certificate_key ${path("nginx.key")};
    ssl_client_certificate ${authority.path}; ssl_verify_client optional;
    location / { return 200 "nginx $ssl_client_s_dn\\n"; }
    location /site/ { proxy_pass https://127.0.0.1:${upstream}/; proxy_http_version 1.1;
      proxy_ssl_trusted_certificate ${authority.path}; proxy_ssl_verify on; proxy_ssl_server_name on; proxy_ssl_name www.b.example;
      proxy_ssl_certificate ${path("alice.crt")}; proxy_ssl_certificate_key ${path("alice.key")}; } } }
`,
      );
      const started = project.spawn("nginx", [
        "-p",
        authority.folder,
        "-e",
        "stderr",
        "-c",
        path("nginx.conf"),
      ]);
      await started.says(/start worker process|using the "epoll" event method/);
      return port;
    }

    it("serves behind it, verified by it, and knows it by its certificate", async () => {
      const port = await nginx(await site(`clientCAs=${authority.path}`));
      const url = `https://localhost:${port}/site/dogs`;
      for (let time = 0; time < 3; time++)
        expect(await shell(`curl -sS --max-time 20 --http2 --cacert ${authority.path} ${url}`)).toBe(
          "1.1 /dogs alice\n",
        );
    });

    it("EP-13: connects to it as a client, verifies it, and shows a certificate", async () => {
      const port = await nginx(1);
      const connectTo = async (...more: string[]): Promise<string> => {
        const { stdout, stderr } = await project.node([
          "client.cjs",
          [`tls:127.0.0.1:${port}`, ...more].join(":"),
        ]);
        return stdout + stderr;
      };
      const own = [`certificate=${path("alice.crt")}`, `privateKey=${path("alice.key")}`];
      expect(await connectTo(`trustRoots=${authority.path}`)).toMatch(/200 OK[^]*nginx \n$/);
      expect(await connectTo(`trustRoots=${authority.path}`, ...own)).toMatch(/nginx CN=alice\n$/);
      expect(await connectTo()).toMatch(
        /^APPD_CERTIFICATE_UNTRUSTED: can't connect to 127\.0\.0\.1, port \d+, with TLS: its certificate \(nginx\) was issued by A Test Authority, which is not trusted/,
      );
    });
  });

  it("W-49: loses no connection when certificates are exchanged under load", async () => {
    const port = await site();
    const base: RequestOptions = {
      port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: authority.certificate,
    };
    const kept = new Agent({ keepAlive: true, maxSockets: 2 });
    const shown = new Set<string>();
    let served = 0;
    let isOver = false;
    const once200 = (agent: Agent | false): Promise<void> =>
      new Promise((resolve, reject) => {
        const asked = askHttps({ ...base, agent }, (response: IncomingMessage) => {
          const { socket } = response as unknown as {
            socket: { getPeerCertificate(): { subject: { CN: string } } };
          };
          if (agent === false) shown.add(socket.getPeerCertificate().subject.CN);
          response.resume().on("end", () => {
            served += 1;
            resolve();
          });
          response.on("error", reject);
        });
        asked.on("error", reject).end();
      });
    const failures: unknown[] = [];
    const client = async (agent: Agent | false): Promise<void> => {
      while (!isOver) await once200(agent).catch((error: unknown) => failures.push(error));
    };
    const clients = [client(kept), client(kept), client(false), client(false), client(false)];
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    for (let time = 0; time < 5; time++) {
      const commonName = `rotated ${time}`;
      authority.write("certs/a.pem", time === 2 ? "broken" : both(authority.issue({ commonName })));
      await until(() =>
        time === 2 ? (running?.stderr ?? "").includes("still counts") : shown.has(commonName),
      );
    }
    isOver = true;
    await Promise.all(clients);
    kept.destroy();
    expect(failures).toEqual([]);
    expect([...shown]).toEqual(["a", "rotated 0", "rotated 1", "rotated 3", "rotated 4"]);
    expect(served).toBeGreaterThan(200);
    expect(running?.stderr).toContain("what was read before still counts");
  });
});

describe("WebSockets", () => {
  it("without the library says what to install, and does not start", async () => {
    const project = new Project({ "plugins/chat.ts": CHAT });
    const { status, stderr } = await project.appd(["chat"]);
    project.remove();
    expect(stderr).toMatch(/webSocket needs a library that is not here: npm install ws\n$/);
    expect(status).toBe(78);
  });

  it("are served, and closed with 1001 on SIGTERM", async () => {
    const project = new Project({ "plugins/chat.ts": CHAT }, { modules: null });
    const authority = new Authority();
    try {
      await project.install(tarball(), "ws@8");
      const file = authority.write("server.pem", both(authority.issue()));
      const running = project.start(["chat", "-p", `ssl:0:${file}:interface=127.0.0.1`]);
      const socket = new WebSocket(`wss://localhost:${await running.port()}/chat`, {
        ca: authority.certificate,
      });
      await once(socket, "open");
      socket.send("hello");
      expect((await once(socket, "message")).map(String)[0]).toBe("you said hello");
      const closed = once(socket, "close");
      const ended = running.stop();
      expect((await closed)[0]).toBe(1001);
      expect(await ended).toMatchObject({ status: 0 });
    } finally {
      project.remove();
      authority.remove();
    }
  });
});
