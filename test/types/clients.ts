/** What compiles as a client, and what must not. Checked by `npm run types`; never run. */
import {
  backoffPolicy,
  ClientService,
  HostnameEndpoint,
  LineReceiver,
  MulticastServer,
  TCPClient,
  TLSClient,
  UDPServer,
  UNIXClient,
  type IService,
} from "../../src/index";

class Lines extends LineReceiver {
  protected lineReceived(line: string): void {
    this.sendLine(line);
  }
}

const where = new HostnameEndpoint({ host: "localhost", port: 1235 });
const sync = new ClientService(where, (socket) => new Lines(socket), { retryPolicy: backoffPolicy() });
const later = new ClientService("tcp:localhost:1235", async (socket) => Promise.resolve(new Lines(socket)), {
  prepareConnection: (lines) => lines.sendLine("hello"),
});

export const products: Promise<Lines>[] = [sync.whenConnected(), later.whenConnected(3)];

export const services: IService[] = [
  sync,
  new TCPClient({ host: "localhost", port: 1235, timeout: 5_000 }, (socket) => socket.end("hello")),
  new TCPClient(where, (socket) => new Lines(socket), { required: false }),
  new TLSClient({ host: "localhost", port: 443, trustRoots: "ca.pem" }, (socket) => socket.end()),
  new UNIXClient("/run/x.sock", (socket) => socket.end()),
  new UDPServer(53, (datagram, from, server) => server.send(datagram, from)),
  new MulticastServer("udp:5353", () => undefined, { groups: ["224.0.0.251"], listenMultiple: true }),
  // @ts-expect-error -- a port alone is no place to connect to
  new TCPClient(1235, () => undefined),
  // @ts-expect-error -- an option that is none
  new ClientService(where, (socket) => socket, { retry: backoffPolicy() }),
];

// @ts-expect-error -- it gives what the factory makes
export const wrong: Promise<string> = sync.whenConnected();
