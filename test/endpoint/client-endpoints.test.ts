import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type LookupFunction, type Server, type Socket } from "node:net";
import { join } from "node:path";
import {
  ConnectError,
  EndpointError,
  HostnameEndpoint,
  IStreamClientEndpoint,
  UnavailableError,
  UNIXClientEndpoint,
  verifyObject,
} from "../../src/index";
import { connectError } from "../../src/endpoint/connect-error";
import { FakeClock, settled } from "../service/harness";
import { temporaryFolder } from "../temporary-folder";

let server: Server;
let port: number;
const open: Socket[] = [];

beforeEach(async () => {
  server = createServer((socket) => socket.on("error", () => undefined).end("hello"));
  port = await listening(server);
});

afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  if (server.listening) await closed(server);
});

async function listening(made: Server, path?: string): Promise<number> {
  await once(path === undefined ? made.listen(0, "127.0.0.1") : made.listen(path), "listening");
  const address = made.address();
  return typeof address === "string" ? 0 : (address?.port ?? 0);
}

const closed = (made: Server): Promise<unknown> => once(made.close(), "close");

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const other = createServer();
  const free = await listening(other);
  await closed(other);
  return free;
}

async function read(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}

const names =
  (...addresses: readonly string[]): LookupFunction =>
  (_name, _options, found) => {
    const all = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    setImmediate(() => found(null, all));
  };

const unanswered: LookupFunction = () => undefined;

async function failure(endpoint: IStreamClientEndpoint, signal?: AbortSignal): Promise<Error> {
  return endpoint.connect(signal).then(
    () => new Error("it connected"),
    (error: unknown) => error as Error,
  );
}

/** What keeps this process alive, by kind. */
async function resources(): Promise<string[]> {
  await settled();
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /TCPSocket|Connect|Timeout|GetAddr/.test(kind))
    .sort();
}

describe("HostnameEndpoint", () => {
  it("EP-10: connects, and provides IStreamClientEndpoint", async () => {
    const endpoint = new HostnameEndpoint({ host: "127.0.0.1", port });
    expect(() => verifyObject(endpoint, IStreamClientEndpoint)).not.toThrow();
    expect(endpoint.description).toBe(`127.0.0.1, port ${port}`);
    expect(await read(await endpoint.connect())).toBe("hello");
  });

  it("EP-14: tries every address of a name until one answers", async () => {
    const lookup = names("127.0.0.2", "127.0.0.1");
    const socket = await new HostnameEndpoint({ host: "db", port, lookup }).connect();
    expect(socket.remoteAddress).toBe("127.0.0.1");
    expect(await read(socket)).toBe("hello");
  });

  it("EP-10: connects from the address that it is told to", async () => {
    const peer = once(server, "connection");
    open.push(await new HostnameEndpoint({ host: "localhost", port, bindAddress: "127.0.0.3" }).connect());
    expect(((await peer)[0] as Socket).remoteAddress).toBe("127.0.0.3");
  });

  it("says that it was refused, and by which addresses", async () => {
    const free = await freePort();
    const one = await failure(new HostnameEndpoint({ host: "127.0.0.1", port: free }));
    expect(one.message).toBe(
      `can't connect to 127.0.0.1, port ${free}: the connection was refused; nobody listens there`,
    );
    const lookup = names("127.0.0.1", "127.0.0.2");
    const two = await failure(new HostnameEndpoint({ host: "db", port: free, lookup }));
    expect(two.message).toBe(
      `can't connect to db, port ${free}: the connection was refused; nobody listens there (tried 127.0.0.1, 127.0.0.2)`,
    );
    expect(two).toBeInstanceOf(ConnectError);
    expect(two).toBeInstanceOf(UnavailableError);
    expect(two).toMatchObject({ code: "APPD_CONNECT_REFUSED", cause: { code: "ECONNREFUSED" } });
  });

  it("says that there is no such host", async () => {
    const error = await failure(new HostnameEndpoint({ host: "nobody.invalid", port }));
    expect(error.message).toBe(
      `can't connect to nobody.invalid, port ${port}: there is no host named "nobody.invalid"`,
    );
  });

  it("says what each address answered, where they differ", () => {
    const node = (code: string, address: string) => Object.assign(new Error(code), { code, address });
    const cause = new AggregateError([node("ECONNREFUSED", "10.0.0.1"), node("ENETUNREACH", "2001:db8::1")]);
    const error = connectError(cause, { description: "db, port 1", host: "db" });
    expect(error.message).toBe(
      "can't connect to db, port 1: 10.0.0.1: the connection was refused; nobody listens there; 2001:db8::1: there is no way to it from here",
    );
  });

  it("says that it can't connect from an address that this machine has not", async () => {
    const error = await failure(
      new HostnameEndpoint({ host: "127.0.0.1", port, bindAddress: "198.51.100.9" }),
    );
    expect(error.message).toContain('this machine can\'t connect from "198.51.100.9"');
  });

  it("gives up after its timeout, and leaves nothing behind", async () => {
    const clock = new FakeClock();
    const before = await resources();
    const endpoint = new HostnameEndpoint({ host: "db", port, lookup: unanswered, clock });
    const failed = failure(endpoint);
    await clock.pass(29_999);
    expect(clock.pending).toBe(1);
    await clock.pass(1);
    expect(await failed).toMatchObject({
      code: "APPD_CONNECT_TIMEOUT",
      message: `can't connect to db, port ${port}: no answer within 30 s`,
    });
    expect(clock.pending).toBe(0);
    expect(await resources()).toEqual(before);
  });

  it("gives up when its signal aborts, with the signal's reason, and leaves nothing behind", async () => {
    const clock = new FakeClock();
    const before = await resources();
    const { signal, abort } = aborting();
    const failed = failure(new HostnameEndpoint({ host: "db", port, lookup: unanswered, clock }), signal);
    await settled();
    abort(new Error("changed my mind"));
    expect((await failed).message).toBe("changed my mind");
    expect(clock.pending).toBe(0);
    expect(await resources()).toEqual(before);
    const never = await failure(new HostnameEndpoint({ host: "db", port }), signal);
    expect(never.message).toBe("changed my mind");
  });

  it("leaves no socket behind when all refuse", async () => {
    const free = await freePort();
    const before = await resources();
    for (let at = 0; at < 20; at += 1) {
      const lookup = names("127.0.0.1", "127.0.0.2", "127.0.0.3");
      await failure(new HostnameEndpoint({ host: "db", port: free, lookup }));
    }
    expect(await resources()).toEqual(before);
  });

  it("an error that comes before anyone listens for it ends nothing", async () => {
    const socket = await new HostnameEndpoint({ host: "127.0.0.1", port }).connect();
    socket.destroy(new Error("early"));
    await new Promise((resolve) => socket.once("close", resolve));
    expect(socket.errored?.message).toBe("early");
  });

  it.each([0, 65_536, 1.5, NaN])("refuses the port %p when it is made", (given) => {
    expect(() => new HostnameEndpoint({ host: "db", port: given })).toThrow(EndpointError);
  });

  it.each([0, -1, NaN])("refuses a timeout of %p ms", (timeout) => {
    expect(() => new HostnameEndpoint({ host: "db", port: 1, timeout })).toThrow(EndpointError);
    expect(() => new HostnameEndpoint({ host: "db", port: 1, attemptTimeout: timeout })).toThrow(
      EndpointError,
    );
    expect(() => new UNIXClientEndpoint({ path: "/x", timeout })).toThrow(
      `the time to connect must be more than 0 ms, got ${timeout}`,
    );
  });

  it("refuses no host at all", () => {
    expect(() => new HostnameEndpoint({ host: "", port: 1 })).toThrow("the host to connect to is missing");
  });
});

describe("UNIXClientEndpoint", () => {
  const folder = temporaryFolder();
  const path = join(folder, "x.sock");

  it("EP-11: connects", async () => {
    await closed(server);
    await listening(server, path);
    expect(await read(await new UNIXClientEndpoint({ path }).connect())).toBe("hello");
  });

  it("says that there is no such socket, or none that anyone listens at", async () => {
    const missing = join(folder, "missing.sock");
    expect((await failure(new UNIXClientEndpoint({ path: missing }))).message).toBe(
      `can't connect to the socket ${missing}: there is no such socket; is the server running?`,
    );
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect((await failure(new UNIXClientEndpoint({ path: file }))).message).toBe(
      `can't connect to the socket ${file}: nobody listens there`,
    );
  });

  it("refuses no path at all", () => {
    expect(() => new UNIXClientEndpoint({ path: "" })).toThrow(EndpointError);
  });
});

function aborting(): { signal: AbortSignal; abort: (reason: Error) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}
