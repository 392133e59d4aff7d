/** UDP and UNIX sockets, talked to by socat, nc and systemd. */
import { execFileSync } from "node:child_process";
import { Project } from "./harness";
import { describeWith } from "../programs";
import { freePorts } from "./free-ports";

const MAKERS = `
import { Parameter, ServiceMaker, TCPServer, UDPServer, type IService } from "appd";

@ServiceMaker("echo-udp", "Sends back what it gets.")
export class EchoUDP {
  @Parameter("Where to receive.") at = "udp:0:interface=127.0.0.1";
  makeService(): IService {
    return new UDPServer(this.at, (datagram, from, server) => {
      if (String(datagram).startsWith("bad")) throw new Error("bad datagram");
      return server.send(\`you said \${datagram}\`, from);
    });
  }
}

@ServiceMaker("echo", "Sends back what it gets.")
export class Echo {
  @Parameter("Where to listen.") at = "unix:echo.sock";
  makeService(): IService {
    return new TCPServer(this.at, (socket) => socket.pipe(socket));
  }
}
`;

let project: Project;
beforeAll(() => (project = new Project({ "plugins/echo.ts": MAKERS })));
afterAll(() => project.remove());

/** What a program prints that is given some input. */
const told = (program: string, words: readonly string[], input: string): string =>
  execFileSync(program, words, { input, encoding: "utf8", timeout: 20_000 });

describeWith("socat")("socat", () => {
  it("IN-05: talks to a UDPServer, which a bad datagram does not end", async () => {
    const running = project.start(["echo-udp"]);
    const to = `UDP:127.0.0.1:${await running.port()}`;
    expect(told("socat", ["-t", "2", "-", to], "hello")).toBe("you said hello");
    expect(told("socat", ["-t", "0.2", "-", to], "bad")).toBe("");
    await running.says(/a datagram from 127\.0\.0\.1:\d+ failed: bad datagram/);
    expect(told("socat", ["-t", "2", "-", to], "again")).toBe("you said again");
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("IN-04: talks to a server at a UNIX socket", async () => {
    const running = project.start(["echo"]);
    await running.says(/listening on .*echo\.sock/);
    const to = `UNIX-CONNECT:${project.path("echo.sock")}`;
    expect(told("socat", ["-t", "5", "-", to], "hello")).toBe("hello");
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("W-04: a UDP port that is in use is a failure to start, with who has it", async () => {
    const running = project.start(["echo-udp"]);
    const port = await running.port();
    const { status, stderr } = await project.appd(["echo-udp", "--at", `udp:${port}:interface=127.0.0.1`]);
    expect(stderr).toMatch(
      new RegExp(
        `can't listen on UDP port ${port} on 127\\.0\\.0\\.1: it is in use already, by process ${running.pid}`,
      ),
    );
    expect(status).toBe(69);
    await running.stop();
  });
});

describeWith("nc")("nc", () => {
  it("IN-04: talks to a server at a UNIX socket", async () => {
    const running = project.start(["echo"]);
    await running.says(/listening on .*echo\.sock/);
    expect(told("nc", ["-N", "-U", project.path("echo.sock")], "hello")).toBe("hello");
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("IN-05: talks to a UDPServer", async () => {
    const running = project.start(["echo-udp"]);
    const words = ["-u", "-w", "1", "127.0.0.1", String(await running.port())];
    expect(told("nc", words, "hello")).toBe("you said hello");
    await running.stop();
  });
});

describeWith("systemd-socket-activate")("systemd-socket-activate", () => {
  it("SD-01: gives a UDPServer its socket", async () => {
    const [port = 0] = await freePorts(1);
    const appd = [process.execPath, project.path("node_modules/appd/dist/cli.js")];
    const words = ["--datagram", "-l", `127.0.0.1:${port}`, ...appd, "echo-udp", "--at", "systemd:index=0"];
    const running = project.spawn("systemd-socket-activate", words);
    await running.says(/Listening on/);
    const ask = `printf hello | socat -t 15 - UDP:127.0.0.1:${port}`;
    const asking = project.spawn("sh", ["-c", ask], { group: true });
    await asking.says(/^you said hello$/);
    asking.kill("SIGKILL");
    await running.says(new RegExp(`listening on 127\\.0\\.0\\.1:${port} \\(UDP\\)`));
    expect(await running.stop()).toMatchObject({ status: 0 });
  });
});
