import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { connect } from "node:tls";
import { Application, HTTPServer, ListenError, TCPServer, TLSServerEndpoint, type Service } from "appd";
import { StandardIOEndpoint } from "../../src/endpoint/standard-io-endpoint";
import { Authority } from "./certificates";

let stdin: PassThrough;
let stdout: PassThrough;
let app: Application;

beforeEach(() => {
  stdin = new PassThrough();
  stdout = new PassThrough();
  app = new Application("demo", { inherited: { sockets: [], stdin, stdout } });
});
afterEach(async () => {
  stdin.end();
  await app.stop();
});

async function start(service: Service): Promise<void> {
  service.setServiceParent(app);
  await app.start();
}

async function saidUntilEnd(): Promise<string> {
  let said = "";
  for await (const text of stdout.setEncoding("utf8")) said += String(text);
  return said;
}

describe("StandardIOEndpoint", () => {
  it("EP-05: is one connection, there from the start", async () => {
    stdin.write("hello");
    await start(
      new TCPServer("stdio", (socket) => {
        socket.setNoDelay().setKeepAlive(true);
        socket.on("data", (data) => socket.end(`you said ${String(data)}`));
      }),
    );
    expect(await saidUntilEnd()).toBe("you said hello");
  });

  it("ends what it writes when its input ends, unless it may stay half open", async () => {
    await start(new TCPServer("stdio", (socket) => void socket.resume()));
    stdin.end();
    expect(await saidUntilEnd()).toBe("");
  });

  it("stays half open where the server says so", async () => {
    const handler = (socket: NodeJS.ReadWriteStream): void =>
      void socket.on("end", () => socket.end("bye")).resume();
    await start(new TCPServer("stdio", handler, { allowHalfOpen: true }));
    stdin.end();
    expect(await saidUntilEnd()).toBe("bye");
  });

  it("carries much text both ways, no faster than it is read", async () => {
    await start(new TCPServer("stdio", (socket) => socket.pipe(socket), { allowHalfOpen: true }));
    const said = saidUntilEnd();
    const line = "x".repeat(50_000);
    for (let turn = 0; turn < 40; turn++) if (!stdin.write(line)) await once(stdin, "drain");
    stdin.end();
    expect(await said).toHaveLength(2_000_000);
  });

  it("serves HTTP", async () => {
    await start(new HTTPServer("stdio", (_, response) => response.end("hello")));
    stdin.end("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const said = await saidUntilEnd();
    expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhello$/);
  });

  it("may have TLS in front of it", async () => {
    const authority = new Authority();
    const { certificate, key } = authority.issue();
    const pem = authority.write("server.pem", certificate + key);
    const settings = { certificate: pem };
    const endpoint = new TLSServerEndpoint(new StandardIOEndpoint(), settings);
    await start(new TCPServer(endpoint, (socket) => socket.end("hello")));
    const raw = Duplex.from({ readable: stdout, writable: stdin });
    const socket = connect({ socket: raw, ca: authority.certificate, servername: "localhost" });
    let said = "";
    for await (const text of socket.setEncoding("utf8")) said += String(text);
    expect(said).toBe("hello");
    authority.remove();
  });

  it("is closed when the server stops", async () => {
    await start(new TCPServer("stdio", (socket) => void socket.write("hello")));
    await once(stdout, "readable");
    const said = saidUntilEnd();
    const stopped = app.stop();
    expect(await said).toBe("hello");
    stdin.end();
    await stopped;
  });

  it("costs its own connection when it breaks", async () => {
    let closed = (): void => undefined;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    await start(new TCPServer("stdio", (socket) => void socket.resume().on("close", closed)));
    stdout.destroy(new Error("EPIPE"));
    await gone;
    expect(app.running).toBe(true);
  });

  it("can be had once, and only where there is one", async () => {
    await start(new TCPServer(new StandardIOEndpoint(), () => undefined));
    const second = new Application("second", { inherited: { sockets: [], stdin, stdout } });
    second.addService(new TCPServer("stdio", () => undefined));
    await expect(second.start()).rejects.toThrow(ListenError);
    await expect(second.start()).rejects.toThrow(
      "can't listen on standard input and output: they have been a connection before; start the process anew",
    );
    const third = new Application("third");
    third.addService(new TCPServer("stdio", () => undefined));
    await expect(third.start()).rejects.toThrow("this process was given none");
  });
});
