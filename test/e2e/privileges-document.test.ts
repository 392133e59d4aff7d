/** The commands in docs/privileges.md do what it says. */
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describeAsRoot } from "../as-root";
import { describeWith } from "../programs";
import { isRoot, Project, site } from "./harness";
import { freePorts, privilegedPort } from "./free-ports";
import { blocksOf, commandsIn } from "./markdown";
import { SystemAccount } from "./system-account";

const WEB = {
  "plugins/web.ts": `import { HTTPServer, Parameter, ServiceMaker, type IService } from "appd";
import { readFileSync } from "node:fs";
import { IsInt } from "class-validator";

@ServiceMaker("web", "Says whom it runs as.")
export class Web {
  @Parameter("The port.", { short: "p" }) @IsInt() port = 80;
  makeService(): IService {
    return new HTTPServer(this.port, (request: Request) => {
      const { pathname } = new URL(request.url);
      return new Response(readFileSync(pathname === "/" ? "/proc/self/status" : pathname, "utf8"));
    });
  }
}
`,
};

const text = readFileSync(resolve(__dirname, "../../docs/privileges.md"), "utf8");
const shown = commandsIn(blocksOf(text).filter(({ language }) => language === "console"));
const named = (part: string): { readonly command: string; readonly output: string } => {
  const found = shown.find(({ command }) => command.includes(part));
  if (!found) throw new Error(`the document has no command with ${part}`);
  return found;
};

(isRoot ? describeWith("setpriv", "useradd") : describeAsRoot)("docs/privileges.md", () => {
  let account: SystemAccount;
  let project: Project;
  beforeAll(() => (account = new SystemAccount()));
  afterAll(() => account.remove());
  beforeEach(() => {
    project = new Project(WEB);
    for (const name of ["bin", "srv", "run", "log"]) mkdirSync(project.path(name));
    symlinkSync(project.path("node_modules/appd/dist/cli.js"), project.path("bin/appd"));
  });
  afterEach(() => project.remove());

  /** The words as a shell reads them, with the places and the port of a test. */
  const wordsOf = (command: string, port: number): string[] =>
    command.split(" ").map((word) =>
      word
        .replace(/^(?:80|8080)$/, String(port))
        .replace(/^\/srv\/x$/, project.path("srv"))
        .replace("/run/x.pid", project.path("run/x.pid"))
        .replace("/var/log/x.log", project.path("log/x.log")),
    );
  const path = (): { PATH: string } => ({
    PATH: `${project.path("bin")}:${dirname(process.execPath)}:${process.env.PATH}`,
  });
  const status = async (port: number, at = "/"): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}${at}`)).text();

  it("shows how root is given up", async () => {
    const port = await privilegedPort();
    const [program = "", ...words] = wordsOf(named("--umask").command, port);
    const running = project.spawn(program, words, { env: path() });
    const log = (): string => {
      try {
        return readFileSync(project.path("log/x.log"), "utf8");
      } catch {
        return "";
      }
    };
    await running.until("gave up root", () => log().includes("gave up root"));
    expect(await status(port)).toMatch(/^Uid:\t33\t33\t33\t33$/m);
    expect(await running.stop()).toMatchObject({ status: 0, stderr: "" });
  });

  it("shows what is said where that fails", async () => {
    const { command, output } = named("--bounding-set -setuid");
    const [program = "", ...words] = wordsOf(command, await privilegedPort());
    const ended = await project.run(program, words, { env: path() });
    expect(ended.status).toBe(77);
    expect(ended.stderr).toContain(`${output}\n`);
  });

  it("shows how never to have it, with a port below 1024", async () => {
    const port = await privilegedPort();
    const [program = "", ...words] = wordsOf(named("--no-new-privs").command, port);
    const running = project.spawn(program, words, { env: path() });
    await running.port();
    const said = await status(port);
    expect(said).toMatch(/^Uid:\t33\t33\t33\t33$/m);
    expect(said).toMatch(/^NoNewPrivs:\t1$/m);
    expect(said).toMatch(/^CapBnd:\t0000000000000400$/m);
    expect((await running.stop()).status).toBe(0);
  });

  describeWith("bwrap")("with bubblewrap", () => {
    it("shows another root for an ordinary user", async () => {
      const [port = 0] = await freePorts(1);
      const folder = project.path("srv");
      // A project has all that it needs in its folder.
      project.write({ "srv/plugins/web.ts": WEB["plugins/web.ts"], "srv/package.json": "{}" });
      symlinkSync(join(site(), "node_modules"), join(folder, "node_modules"));
      chmodSync(folder, 0o755);
      chownSync(folder, account.uid, account.gid);
      const [program = "", ...words] = wordsOf(named("bwrap").command, port);
      const at = words.indexOf("appd");
      // Node and appd are wherever these tests have them.
      const node = ["--ro-bind", dirname(dirname(process.execPath)), dirname(dirname(process.execPath))];
      const here = [...node, "--ro-bind", site(), site(), "--ro-bind", folder, folder];
      const chdir = words.indexOf("--chdir");
      words.splice(at, 1, process.execPath, join(site(), "node_modules/appd/dist/cli.js"));
      words.splice(chdir, 0, ...here);
      const running = project.spawn(program, words, { user: account.uid, env: path() });
      await running.port();
      expect(await status(port)).toMatch(new RegExp(`^Uid:\\t${account.uid}\\t`, "m"));
      expect(await status(port, "/etc/passwd")).not.toContain("root");
      running.kill("SIGKILL");
      await running.ended;
    });
  });
});
