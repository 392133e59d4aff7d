import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { holderOfPath, holderOfPort } from "../../src/endpoint/holder";

const MYSELF = "another service of this very process";

(process.platform === "linux" ? describe : describe.skip)("holderOfPort", () => {
  let servers: Server[] = [];
  let child: ChildProcess | undefined;

  afterEach(() => {
    for (const server of servers) server.close();
    servers = [];
    child?.kill("SIGKILL");
    child = undefined;
  });

  async function portOn(host: string, port = 0): Promise<number> {
    const server = createServer().listen({ host, port });
    servers.push(server);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  it.each([
    ["127.0.0.1", "127.0.0.1", MYSELF],
    ["127.0.0.1", undefined, MYSELF],
    ["127.0.0.1", "0.0.0.0", MYSELF],
    ["127.0.0.1", "127.0.0.2", undefined],
    ["0.0.0.0", "127.0.0.2", MYSELF],
    ["::1", "::1", MYSELF],
    ["::1", "::", MYSELF],
    ["::1", "127.0.0.1", undefined],
    ["::", "127.0.0.1", MYSELF],
  ])("W-04: of one on %s knows who keeps others from %s", async (host, wanted, holder) => {
    expect(holderOfPort(await portOn(host), wanted)).toBe(holder);
  });

  it("W-04: names another process, which listens there, and none that listened", async () => {
    const script = 'const s = require("net").createServer().listen(0, () => console.log(s.address().port))';
    child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    const port = Number(String(line));
    expect(holderOfPort(port, undefined)).toMatch(new RegExp(`^process ${child.pid ?? 0} \\(.+\\)$`));
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(holderOfPort(port, undefined)).toBeUndefined();
  });

  it("knows nobody where nobody is", () => {
    expect(holderOfPort(0, "no address")).toBeUndefined();
    expect(holderOfPath("/no/such.sock")).toBeUndefined();
  });
});
