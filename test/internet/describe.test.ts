import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import {
  Application,
  ClientService,
  describeTree,
  TCPClient,
  TCPServer,
  type Service,
} from "../../src/index";
import { settled } from "../service/harness";

const NONE = { connections: 0, address: 0, descriptors: 0 };

let app: Application;
beforeEach(() => (app = new Application("demo")));
afterEach(() => app.stop());

function put<S extends Service>(name: string, service: S): S {
  service.setName(name);
  app.addService(service);
  return service;
}

const detailsOf = (): unknown[] => describeTree(app).children.map(({ details }) => details);

describe("describeTree", () => {
  it("tells of a server where it listens, how many are connected, and how many were refused", async () => {
    const server = put(
      "server",
      new TCPServer("tcp:0:interface=127.0.0.1", () => undefined, { maxConnections: 1 }),
    );
    const endpoint = "port 0 on 127.0.0.1";
    expect(detailsOf()).toEqual([{ endpoint, connections: 0, shed: NONE }]);
    await app.start();
    const { port } = server.address as AddressInfo;
    const peers = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
    for (const peer of peers) peer.on("error", () => undefined);
    await once(peers[1] as never, "close");
    expect(detailsOf()).toEqual([
      {
        endpoint,
        address: { address: "127.0.0.1", family: "IPv4", port },
        connections: 1,
        shed: { ...NONE, connections: 1 },
      },
    ]);
    expect(JSON.parse(JSON.stringify(describeTree(app)))).toEqual(describeTree(app));
    for (const peer of peers) peer.destroy();
  });

  it("tells of clients where they connect to, and how far they are", async () => {
    const server = put("server", new TCPServer("tcp:0:interface=127.0.0.1", (socket) => socket.resume()));
    await server.startService();
    const { port } = server.address as AddressInfo;
    const kept = put("kept", new ClientService(`tcp:127.0.0.1:${port}`, (socket) => socket.resume()));
    put("once", new TCPClient(`tcp:127.0.0.1:${port}`, (socket) => socket.resume()));
    await app.start();
    await kept.whenConnected();
    await settled();
    const endpoint = `127.0.0.1, port ${port}`;
    expect(detailsOf().slice(1)).toEqual([
      { endpoint, connection: "connected" },
      { endpoint, connection: "connected" },
    ]);
  });
});
