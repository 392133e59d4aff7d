/** Where to listen, as text: from the command line, the environment and the program; kinds of plugins; refusals. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { firstLine, Project } from "./harness";
import { blocksOf, commandsIn, filesOf } from "./markdown";

const MAKERS = `
import { ClientEndpoint, Endpoint, MultiService, Parameter, Service, ServiceMaker, TCPServer, type IService } from "appd";

@ServiceMaker("greet", "Greets.")
export class Greet {
  @Parameter("Where to listen.", { short: "p", type: Endpoint }) listen = Endpoint("tcp:1235");
  @Parameter("What to connect to.", { type: ClientEndpoint }) db = ClientEndpoint("tcp:localhost:5432");

  makeService(): IService {
    return new TCPServer(this.listen, (socket) => socket.end("hello\\n"));
  }
}

class Noisy extends Service {
  override startService(): void {
    console.error("the first has started");
  }
}

@ServiceMaker("fixed", "Listens where its program says.")
export class Fixed {
  @Parameter("Where to listen.") where = "tcp:0";

  makeService(): IService {
    const all = new MultiService();
    all.addService(new Noisy());
    all.addService(new TCPServer(this.where, (socket) => socket.end("hello\\n")));
    return all;
  }
}
`;

const LOCAL = `
import {
  EndpointError, Implements, IStreamServerEndpointStringParser, serverFromString,
  type IStreamServerEndpoint, type NamedArguments,
} from "appd";

@Implements(IStreamServerEndpointStringParser)
export class Local implements IStreamServerEndpointStringParser {
  readonly prefix = "local";

  parseStreamServer([port, ...more]: readonly string[], named: NamedArguments): IStreamServerEndpoint {
    if (port === undefined || more.length > 0) throw new EndpointError("local takes a port");
    return serverFromString(\`tcp:\${port}:interface=\${named.at ?? "127.0.0.1"}\`);
  }
}
`;

let project: Project;
beforeAll(() => {
  project = new Project({ "plugins/greet.ts": MAKERS, "plugins/local.ts": LOCAL });
});
afterAll(() => project.remove());

const refusal = async (...words: string[]): Promise<{ status: number | null; line: string }> => {
  const { status, stdout, stderr } = await project.appd(words);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^appd: .*\n$/);
  return { status, line: stderr.trim() };
};

describe("an option that is an endpoint", () => {
  it("is shown with its default", async () => {
    const { stdout } = await project.appd(["greet", "--help"]);
    expect(stdout).toMatch(/-p, --listen <endpoint> +Where to listen\. \[default: tcp:1235\]/);
    expect(stdout).toContain("[default: tcp:localhost:5432]");
  });

  it.each(["tcp:0:interface=127.0.0.1", "0"])("listens at %s of the command line", async (where) => {
    const running = project.start(["greet", "-p", where]);
    expect(await firstLine(await running.port())).toBe("hello\n");
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("listens at a UNIX socket of the environment", async () => {
    const path = project.path("x.sock");
    const running = project.start(["greet"], { env: { APPD_GREET_LISTEN: `unix:${path}:mode=600` } });
    await running.says(/listening on .*x\.sock/);
    const said = await new Promise((resolve) => connect(path).setEncoding("utf8").once("data", resolve));
    expect(said).toBe("hello\n");
    await running.stop();
  });

  it("EP-17: is refused with the column, and with where it came from", async () => {
    expect(await refusal("greet", "-p", "tcp:8o80")).toEqual({
      status: 64,
      line: 'appd: greet: --listen: column 5: port must be a whole number from 0 to 65535, got "tcp:8o80" (from the command line)',
    });
    const { status, stderr } = await project.appd(["greet"], { env: { APPD_GREET_DB: "tcp:h:80:timeot=1" } });
    expect(status).toBe(64);
    expect(stderr).toBe(
      'appd: greet: --db: column 10: tcp has no argument "timeot", it takes host, port, timeout, bindAddress, got "tcp:h:80:timeot=1" (from APPD_GREET_DB) (did you mean "timeout"?)\n',
    );
  });

  it("EP-16: is refused with a kind that nobody has, those of plugins included", async () => {
    const { status, line } = await refusal("greet", "-p", "locl:80");
    expect(status).toBe(64);
    expect(line).toMatch(/: --listen: column 1: "locl" is no kind .*, local, .*\(did you mean "local"\?\)$/);
  });
});

describe("kinds of plugins", () => {
  it.each([
    ["greet", "-p", "local:0"],
    ["fixed", "--where", "LOCAL:0:at=127.0.0.1"],
    ["fixed", "--where", "haproxy:trust=*:local:0"],
  ])("EP-15: are taken by appd %s %s %s", async (...words) => {
    const running = project.start(words);
    await running.says(/listening on 127\.0\.0\.1:\d+/);
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("EP-15: say what is wrong with their arguments", async () => {
    expect(await refusal("fixed", "--where", "haproxy:local:1:2")).toEqual({
      status: 64,
      line: 'appd: endpoint "haproxy:local:1:2": column 15: local takes a port',
    });
  });

  it("EP-16: a kind that nobody has is refused before anything is started", async () => {
    const { status, line } = await refusal("fixed", "--where", "loacl:80");
    expect(status).toBe(64);
    expect(line).toMatch(/^appd: endpoint "loacl:80": column 1: .*\(did you mean "local"\?\)$/);
  });
});

describe("what stands in a text but is not there", () => {
  it("EP-04: a certificate is a line, and 66", async () => {
    const { status, line } = await refusal("fixed", "--where", "ssl:0:/nowhere/key.pem");
    expect(status).toBe(66);
    expect(line).toContain("/nowhere");
  });

  it("EP-06: a socket of systemd's is a line, and 64", async () => {
    const { status, line } = await refusal("fixed", "--where", "systemd:name=web");
    expect(status).toBe(64);
    expect(line).toContain(`can't listen on systemd's socket "web": this process was given no sockets`);
  });
});

describe("stdio", () => {
  it("EP-05: is a connection with whoever started it", async () => {
    const child = spawn(
      process.execPath,
      [project.path("node_modules/appd/dist/cli.js"), "fixed", "--where", "stdio"],
      { cwd: project.folder, stdio: ["pipe", "pipe", "ignore"] },
    );
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(said).toBe("hello\n");
    child.stdin.end();
    child.kill();
    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  });
});

describe("docs/endpoints.md", () => {
  const blocks = blocksOf(readFileSync(join(__dirname, "../../docs/endpoints.md"), "utf8"));
  const code = filesOf(blocks.filter(({ language }) => language === "ts"));

  it("shows what its commands say, and a kind that works", async () => {
    const shown = new Project({
      "plugins/myproject.ts": code["plugins/myproject.ts"] ?? "",
      "plugins/local.ts": code["plugins/local.ts"] ?? "",
    });
    const commands = commandsIn(blocks.filter(({ language }) => language === "console"));
    expect(commands).toHaveLength(2);
    for (const { command, output } of commands) {
      const { stderr } = await shown.appd(command.split(" ").slice(1));
      expect(stderr.trim()).toBe(output);
    }
    const running = shown.start(["myproject", "-p", "local:0"]);
    expect(await firstLine(await running.port())).toBe("hello\r\n");
    await running.stop();
    shown.remove();
  });
});
