import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EndpointError, ListenError, ListenPathError } from "../../src/endpoint/errors";
import type { ListeningPort } from "../../src/endpoint/i-stream-server-endpoint";
import { UNIXServerEndpoint, type UNIXServerSettings } from "../../src/endpoint/unix-server-endpoint";
import { exitStatusOf } from "../../src/base/exit-status";
import { ownIdentity } from "../../src/base/process-identity";
import { Accepted, told } from "./accepted";

const isRoot = process.getuid?.() === 0;
const MINE = `${process.pid}-${ownIdentity().began ?? ""}`;

let folder: string;
let path: string;
let ports: ListeningPort[];
let servers: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-"));
  path = join(folder, "x.sock");
  ports = [];
  servers = [];
});

afterEach(async () => {
  for (const port of ports) await port.stopListening();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listen(settings: Partial<UNIXServerSettings> = {}, listener = new Accepted()) {
  const port = await new UNIXServerEndpoint({ address: path, ...settings }).listen(listener);
  ports.push(port);
  return { port, listener };
}

async function refused(settings: Partial<UNIXServerSettings> = {}): Promise<Error> {
  return listen(settings).then(
    () => Promise.reject(new Error("it listened")),
    (error: unknown) => error as Error,
  );
}

/** Someone who listens there without us. */
async function other(at = path): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => undefined).end("other"));
  servers.push(server);
  await once(server.listen(at), "listening");
  return server;
}

/** A socket that is left behind, as by a process that was killed. */
async function stale(): Promise<void> {
  const server = await other(join(folder, "born.sock"));
  renameSync(join(folder, "born.sock"), path);
  server.close();
}

const modeOf = (file: string): string => (lstatSync(file).mode & 0o7777).toString(8);

describe("UNIXServerEndpoint", () => {
  it("EP-03: listens, and takes its file and its lock away when it stops", async () => {
    const { port } = await listen();
    expect(port.address).toBe(path);
    expect(await told(connect(path))).toBe("hello");
    expect(readdirSync(folder)).toEqual(["x.sock", "x.sock.lock"]);
    await port.stopListening();
    expect(readdirSync(folder)).toEqual([]);
    expect(port.address).toBeUndefined();
  });

  it.each([
    [undefined, "666"],
    [0o660, "660"],
    [0o600, "600"],
  ])("EP-03: gives it the mode %p, whatever the umask is", async (mode, expected) => {
    const umask = process.umask(0o077);
    try {
      await listen({ mode });
    } finally {
      process.umask(umask);
    }
    expect(modeOf(path)).toBe(expected);
  });

  it("is at no moment open to more than it should be: it is born where nobody else may look", async () => {
    const seen: string[] = [];
    const umask = process.umask(0);
    try {
      const listening = listen({ mode: 0o600 });
      while (!existsSync(path)) {
        for (const name of readdirSync(folder).filter((one) => one.startsWith(".appd-")))
          seen.push(modeOf(join(folder, name)));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(modeOf(path)).toBe("600");
      await listening;
    } finally {
      process.umask(umask);
    }
    expect(new Set(seen)).toEqual(new Set(seen.length > 0 ? ["700"] : []));
  });

  (isRoot ? it : it.skip)("HP-07: gives it to users and groups, by number and by name", async () => {
    await listen({ user: "daemon", group: 65_534, mode: 0o660 });
    const daemon = Number(/^daemon:[^:]*:(\d+)/m.exec(readFileSync("/etc/passwd", "utf8"))?.[1]);
    expect(lstatSync(path)).toMatchObject({ uid: daemon, gid: 65_534 });
    expect(modeOf(path)).toBe("660");
  });

  it.each([
    [1, false],
    [undefined, true],
  ])("IN-04: lets as many wait as its backlog of %p says", async (backlog, all) => {
    await listen(backlog === undefined ? {} : { backlog });
    // All within one turn, in which nobody accepts.
    const peers = Array.from({ length: 8 }, () => connect(path).on("error", () => undefined));
    const connected = jest.fn();
    for (const peer of peers) peer.once("connect", connected).resume();
    await Promise.all(peers.map((peer) => once(peer, "close").catch(() => undefined)));
    expect(connected).toHaveBeenCalled();
    expect(connected.mock.calls.length === peers.length).toBe(all);
  });

  it("HP-07: says in a line that there is no such user, or group", async () => {
    const error = await refused({ user: "no-such-user" });
    expect(error.message).toBe(
      `can't listen on the socket ${path}: this system has no user named "no-such-user"`,
    );
    expect(exitStatusOf(error)).toBe(64);
    expect((await refused({ group: "-x" })).message).toContain('this system has no group named "-x"');
    expect(readdirSync(folder)).toEqual([]);
  });

  it("waits with what comes in before the start, unread, and hands it on then", async () => {
    const listener = new Accepted({ waits: true });
    await listen({}, listener);
    const peer = connect(path);
    peer.write("early");
    while (listener.admitted.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([listener.sockets, listener.admitted[0]?.bytesRead]).toEqual([[], 0]);
    listener.start();
    expect(await told(peer)).toBe("hello");
  });

  it("takes a path as long as the system can have it", async () => {
    const long = join(folder, "x".repeat(107 - folder.length - 1));
    const { port } = await listen({ address: long });
    expect(port.address).toBe(long);
    expect(await told(connect(long))).toBe("hello");
    await port.stopListening();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses a longer one when it is made", () => {
    const make = (): unknown => new UNIXServerEndpoint({ address: `/${"x".repeat(107)}` });
    expect(make).toThrow(EndpointError);
    expect(make).toThrow("the path of a socket can have 107 bytes at most on this system, got 108");
  });

  it.each([{ mode: 0o1000 }, { mode: -1 }, { mode: 1.5 }])("refuses %p when it is made", (settings) => {
    expect(() => new UNIXServerEndpoint({ address: "/x", ...settings })).toThrow(
      "mode must be from 0 to 0o777",
    );
  });
});

describe("UNIXServerEndpoint: what is there already", () => {
  it("IN-04: replaces a socket that was left behind, and says so in a line", async () => {
    await stale();
    const { listener } = await listen();
    expect(await told(connect(path))).toBe("hello");
    expect(listener.logger.lines).toEqual([
      `info undefined: replaced ${path}, a socket on which nobody listened any more`,
    ]);
  });

  it("IN-04: leaves one alone that somebody listens on, and says who", async () => {
    await other();
    const error = await refused();
    expect(error).toBeInstanceOf(ListenError);
    expect(exitStatusOf(error)).toBe(69);
    expect(error.message).toBe(
      `can't listen on the socket ${path}: it is in use already, by another service of this very process; stop that, or choose another`,
    );
    expect(await told(connect(path))).toBe("other");
    expect(readdirSync(folder)).toEqual(["x.sock"]);
  });

  it("IN-04: two of one path do not take it from each other, with the lock or without", async () => {
    await listen();
    expect((await refused()).message).toContain("by another service of this very process");
    expect((await refused({ lock: false })).message).toContain("by another service of this very process");
    expect(await told(connect(path))).toBe("hello");
    expect(readlinkSync(`${path}.lock`)).toBe(MINE);
  });

  it("W-04: names the process that has it", async () => {
    const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => console.log("up"))`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    expect((await refused()).message).toMatch(`by process ${child.pid ?? 0} (`);
    child.kill("SIGKILL");
    await once(child, "exit");
    await listen();
    expect(await told(connect(path))).toBe("hello");
  });

  it.each([
    ["a plain file", () => writeFileSync(path, "precious")],
    ["a folder", () => mkdirSync(path)],
    ["a symbolic link", () => symlinkSync("elsewhere", path)],
  ])("refuses %s of that name, and leaves it alone", async (what, make) => {
    make();
    const error = await refused();
    expect(error).toBeInstanceOf(ListenPathError);
    expect(exitStatusOf(error)).toBe(73);
    expect(error.message).toBe(
      `can't listen on the socket ${path}: there is ${what} of that name; remove it, or choose another path`,
    );
    expect(readdirSync(folder)).toEqual(["x.sock"]);
  });

  it.each([
    ["nowhere/x.sock", "its folder does not exist"],
    ["file/x.sock", "what should be its folder is a file"],
  ])("says of %s that %s", async (name, problem) => {
    writeFileSync(join(folder, "file"), "");
    const address = join(folder, name);
    const error = await refused({ address });
    expect(error.message).toBe(`can't listen on the socket ${address}: ${problem}`);
    expect(exitStatusOf(error)).toBe(73);
    expect((await refused({ address, lock: false })).message).toBe(error.message);
  });

  it("leaves a file alone, when it stops, that has taken the place of its own", async () => {
    const { port } = await listen();
    rmSync(path);
    await other();
    await port.stopListening();
    expect(await told(connect(path))).toBe("other");
  });
});

describe("UNIXServerEndpoint: its lock", () => {
  const lock = (): string => `${path}.lock`;

  it.each([
    ["whose process is gone", "999999999"],
    ["whose process is gone, with its beginning", "999999999-5"],
    ["whose process's number was given to another one since", `${process.pid}-5`],
    ["that says nothing", "what?"],
  ])("IN-04: takes over one %s", async (_, content) => {
    symlinkSync(content, lock());
    await listen();
    expect(readlinkSync(lock())).toBe(MINE);
    expect(readdirSync(folder)).toEqual(["x.sock", "x.sock.lock"]);
  });

  it("IN-04: respects one whose process runs, though nobody listens yet", async () => {
    symlinkSync(String(process.ppid), lock());
    expect((await refused()).message).toMatch(`by process ${process.ppid} (`);
    expect(readdirSync(folder)).toEqual(["x.sock.lock"]);
  });

  it("never follows it, nor replaces what is no lock", async () => {
    writeFileSync(lock(), "1");
    expect((await refused()).message).toContain(`${lock()} stands where its lock belongs; remove that`);
    rmSync(lock());
    writeFileSync(join(folder, "precious"), "1");
    symlinkSync("precious", lock());
    await listen();
    expect(readFileSync(join(folder, "precious"), "utf8")).toBe("1");
  });

  it("leaves one alone, when it stops, that is no longer its own", async () => {
    const { port } = await listen();
    rmSync(lock());
    symlinkSync("1-2", lock());
    await port.stopListening();
    expect(readlinkSync(lock())).toBe("1-2");
  });

  it("can be done without", async () => {
    await listen({ lock: false });
    expect(readdirSync(folder)).toEqual(["x.sock"]);
  });

  it("is let go of when it can't listen after all", async () => {
    const { port } = await listen({ lock: false });
    linkSync(path, join(folder, "y.sock"));
    await port.stopListening();
    mkdirSync(path);
    await refused();
    expect(existsSync(lock())).toBe(false);
  });
});
