import {
  ClientService,
  fetchHandler,
  HTTPServer,
  ProcessMonitor,
  ServiceOptionError,
  TCPClient,
  TCPServer,
  TimerService,
  UDPServer,
} from "../../src/index";

const handler = (): void => undefined;
// As JavaScript may call it.
const missing = undefined as never;

describe("what services are made with", () => {
  it.each([
    ["TCPServer: maxConnections must be", () => new TCPServer(0, handler, { maxConnections: NaN })],
    [
      "TCPServer: maxConnectionsPerAddress must be",
      () => new TCPServer(0, handler, { maxConnectionsPerAddress: -1 }),
    ],
    ["TCPServer: idleTimeout must be", () => new TCPServer(0, handler, { idleTimeout: "5" as never })],
    [
      "HTTPServer: headersTimeout must be",
      () => new HTTPServer(0, (_, response) => response.end(), { headersTimeout: -1 }),
    ],
    ["UDPServer: maxPacketSize must be", () => new UDPServer(0, handler, { maxPacketSize: NaN })],
    ["ProcessMonitor: killTime must be", () => new ProcessMonitor({ killTime: -5 })],
    ["TCPClient: drain must be", () => new TCPClient("tcp:localhost:1", handler, { drain: -1 })],
  ])("is an amount where it has to be one: %s", (message, make) => {
    expect(make).toThrow(ServiceOptionError);
    expect(make).toThrow(`${message} a number from 0 up, got `);
  });

  it.each([
    ["TCPServer: the handler", () => new TCPServer(0, missing)],
    ["UDPServer: the handler", () => new UDPServer(0, missing)],
    ["TCPClient: the handler", () => new TCPClient("tcp:localhost:1", missing)],
    ["ClientService: the factory", () => new ClientService("tcp:localhost:1", missing)],
    ["TimerService: what it calls", () => new TimerService(1, missing)],
  ])("is a function where it has to be one: %s", (what, make) => {
    expect(make).toThrow(`${what} must be a function, got undefined`);
  });

  it("may be Infinity, for no limit", async () => {
    const limits = { maxConnections: Infinity, idleTimeout: Infinity };
    const served = new HTTPServer(
      "tcp:0:interface=127.0.0.1",
      fetchHandler(() => new Response("hello")),
      {
        ...limits,
        headersTimeout: Infinity,
        requestTimeout: Infinity,
      },
    );
    await served.startService();
    const { port } = served.address as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}`, { headers: { Connection: "close" } });
    expect(await response.text()).toBe("hello");
    await served.stopService();
  });
});
