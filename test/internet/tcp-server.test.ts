import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { Application, TCPServer } from "../../src/index";

describe("TCPServer", () => {
  it("serves", async () => {
    const app = new Application("demo");
    const server = new TCPServer("tcp:0:interface=127.0.0.1", (socket) => socket.end("hi"));
    app.addService(server);
    await app.start();
    const socket = connect((server.address as AddressInfo).port, "127.0.0.1");
    const [data] = (await once(socket, "data")) as [Buffer];
    expect(String(data)).toBe("hi");
    await app.stop();
    expect(server.address).toBeUndefined();
  });
});
