/** Endpoints of kinds that a plugin may have: what nobody has is refused before anything is started. */
import {
  Application,
  clientFromString,
  ClientService,
  EndpointError,
  HTTPServer,
  StreamServerEndpointService,
  Service,
  serverFromString,
  TCPClient,
  TCPServer,
  TLSClientEndpoint,
} from "appd";

let app: Application;
let started: string[];

class First extends Service {
  override startService(): void {
    started.push("first");
  }
}

beforeEach(() => {
  started = [];
  app = new Application("demo");
  app.addService(new First());
});
afterEach(() => app.stop());

const talk = (): void => undefined;
const withTLS = (text: string): TLSClientEndpoint =>
  new TLSClientEndpoint(clientFromString(text), { hostname: "db" });

it.each([
  ["TCPServer", () => new TCPServer("tpc:80", talk)],
  ["HTTPServer", () => new HTTPServer("tpc:80", (_, response) => response.end())],
  ["StreamServerEndpointService", () => new StreamServerEndpointService(serverFromString("tpc:80"), talk)],
  ["ClientService", () => new ClientService("tpc:80", talk)],
  ["ClientService with TLS", () => new ClientService(withTLS("tpc:80"), talk)],
  ["TCPClient", () => new TCPClient("tpc:80", talk)],
  ["TCPClient that need not connect", () => new TCPClient("tpc:80", talk, { required: false })],
])("EP-16: %s", async (_, make) => {
  app.addService(make());
  const error: unknown = await app.start().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EndpointError);
  expect((error as Error).message).toContain(
    'endpoint "tpc:80": column 1: "tpc" is no kind of endpoint, there are tcp, ',
  );
  expect(started).toEqual([]);
  expect(await app.finished).toMatchObject({ exitCode: 64 });
});
