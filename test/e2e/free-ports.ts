import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";

/** Ports that nobody listens at. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** A port that only root may bind, and none that fetch refuses: below and above these there are some. */
export async function privilegedPort(): Promise<number> {
  for (let port = 640 + (process.pid % 300); ; port += 1) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await once(server.close(), "close");
    return port;
  }
}
