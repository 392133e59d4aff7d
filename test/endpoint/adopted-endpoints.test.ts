import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createSocket } from "node:dgram";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { exitStatusOf } from "../../src/base/exit-status";
import { AdoptedStreamServerEndpoint } from "../../src/endpoint/adopted-stream-server-endpoint";
import { EndpointError } from "../../src/endpoint/errors";
import type { IStreamServerEndpoint } from "../../src/endpoint/i-stream-server-endpoint";
import { lookAt } from "../../src/endpoint/inherited-socket";
import {
  SystemdServerEndpoint,
  type SystemdServerSettings,
} from "../../src/endpoint/systemd-server-endpoint";
import type { InheritedSocket } from "../../src/service/inherited";
import { Accepted } from "./accepted";
import { temporaryFolder } from "../temporary-folder";

/** Nothing is open there. */
const NOTHING = 987_654;

async function refused(endpoint: IStreamServerEndpoint, sockets: readonly InheritedSocket[] = []) {
  const listener = new Accepted({ sockets });
  return endpoint.listen(listener).then(
    () => Promise.reject(new Error("it listened")),
    (error: unknown) => error as Error,
  );
}

describe("AdoptedStreamServerEndpoint", () => {
  it("EP-09: says in a line that nothing is open there", async () => {
    const error = await refused(new AdoptedStreamServerEndpoint({ fd: NOTHING }));
    expect(error).toBeInstanceOf(EndpointError);
    expect(exitStatusOf(error)).toBe(64);
    expect(error.message).toBe(
      `can't listen on file descriptor ${NOTHING}: nothing is open there: whoever starts this process has to give it`,
    );
  });

  it("EP-09: leaves alone what takes no connections, and says what it is", async () => {
    const fd = openSync("/dev/null", "r");
    const error = await refused(new AdoptedStreamServerEndpoint({ fd }));
    closeSync(fd);
    expect(error.message).toBe(
      `can't listen on file descriptor ${fd}: that is "/dev/null", and no socket that takes connections`,
    );
  });

  it.each([-1, 1.5, NaN])("refuses %p when it is made", (fd) => {
    expect(() => new AdoptedStreamServerEndpoint({ fd })).toThrow(EndpointError);
  });
});

describe("SystemdServerEndpoint", () => {
  const two = [
    { fd: NOTHING, name: "web" },
    { fd: NOTHING + 1, name: undefined },
  ];

  it.each<[SystemdServerSettings, readonly InheritedSocket[], string]>([
    [{ index: 0 }, [], "can't listen on systemd's socket number 0: this process was given no sockets: "],
    [{ index: 2 }, two, 'number 2: this process was given 2: 0 ("web"), 1'],
    [{ name: "wbe" }, two, `can't listen on systemd's socket "wbe": this process was given 2: 0 ("web"), 1`],
    [
      { name: "web" },
      [...two, ...two],
      'socket "web": there are several of that name; tell them apart by index',
    ],
    [{ name: "web" }, two, 'socket "web": nothing is open there'],
    [{ index: 1 }, two, "socket number 1: nothing is open there"],
  ])("EP-06, SD-01: %j of those that were given", async (settings, sockets, message) => {
    const error = await refused(new SystemdServerEndpoint(settings), sockets);
    expect(error).toBeInstanceOf(EndpointError);
    expect(error.message).toContain(message);
  });

  it.each([{}, { index: 0, name: "web" }, { index: -1 }, { index: 0.5 }])(
    "EP-06: refuses %j when it is made",
    (settings) => {
      expect(() => new SystemdServerEndpoint(settings)).toThrow(EndpointError);
    },
  );

  (process.platform === "linux" ? it : it.skip)("EP-06: refuses a socket of another domain", async () => {
    const server = await listening({ port: 0, host: "127.0.0.1" });
    const error = await refused(new SystemdServerEndpoint({ index: 0, domain: "UNIX" }), [
      { fd: fdOf(server), name: undefined },
    ]);
    server.close();
    expect(error.message).toBe("can't listen on systemd's socket number 0: its domain is INET, not UNIX");
  });
});

async function listening(where: object): Promise<Server> {
  const server = createServer().listen(where);
  await once(server, "listening");
  return server;
}

const fdOf = (holder: object): number => (holder as { _handle: { fd: number } })._handle.fd;

/** Node keeps it to itself. */
function fdOfDatagrams(socket: object): number {
  const [state] = Object.getOwnPropertySymbols(socket)
    .map((symbol) => (socket as Record<symbol, { handle?: { fd: number } } | undefined>)[symbol])
    .filter((value) => value?.handle !== undefined);
  return state?.handle?.fd ?? -1;
}

(process.platform === "linux" ? describe : describe.skip)("lookAt", () => {
  it("knows sockets that listen, and their domain", async () => {
    const path = join(temporaryFolder(), "x.sock");
    const found: unknown[] = [];
    for (const where of [{ port: 0, host: "127.0.0.1" }, { port: 0, host: "::1" }, { path }]) {
      const server = await listening(where);
      found.push(lookAt(fdOf(server)));
      server.close();
    }
    expect(found).toMatchObject([
      { domain: "INET", takes: true, path: undefined },
      { domain: "INET6", takes: true, path: undefined },
      { domain: "UNIX", takes: true, path },
    ]);
  });

  it("knows what takes no connections", async () => {
    const server = await listening({ port: 0, host: "127.0.0.1" });
    const client: Socket = connect(server.address() as { port: number });
    await once(client, "connect");
    const datagrams = createSocket("udp4").bind(0);
    await once(datagrams, "listening");
    expect(lookAt(fdOf(client))).toMatchObject({ description: "a connection", takes: false });
    expect(lookAt(fdOfDatagrams(datagrams))).toMatchObject({
      description: "a socket for datagrams",
      takes: false,
    });
    expect(lookAt(NOTHING)).toBeUndefined();
    client.destroy();
    server.close();
    datagrams.close();
  });
});
