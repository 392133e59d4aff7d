import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { example, Project, type Files } from "./harness";

const openssl = (...kind: string[]): string =>
  execFileSync("openssl", ["passwd", ...kind, "-stdin"], { input: "s3cret", encoding: "utf8" }).trim();

/** All that the server says to someone who logs in and asks who he is. */
async function visit(port: number, name: string, password = "s3cret"): Promise<string> {
  let said = "";
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  socket.write(`USER ${name}\r\nPASS ${password}\r\nwhoami\r\nQUIT\r\n`);
  for await (const text of socket) said += String(text);
  return said;
}

describe("a plain install, without the optional peers", () => {
  let project: Project;
  const projectWith = (files: Files = {}): Project =>
    (project = new Project({ ...example("myserver"), ...files }));
  afterEach(() => project.remove());

  it("W-06, W-07: refuses a file whose passwords are shadowed, and says what to use", async () => {
    const lines = Array.from({ length: 36 }, (_, at) => `user${at}:x:${at}:${at}::/:/bin/sh\n`);
    const ended = await projectWith({ "all.passwd": lines.join("") }).appd([
      "myserver",
      "--auth",
      "passwd:all.passwd",
    ]);
    expect(ended).toMatchObject({
      status: 78,
      stdout: "",
      stderr:
        "appd: myserver: --auth passwd:all.passwd: no entry has a password here (36 of 36 are shadowed); use --auth unix\n",
    });
  });

  it("lets in by hashes of passwd(5) and htpasswd, one file after the other", async () => {
    const sha = createHash("sha1").update("s3cret").digest("base64");
    const entry = (name: string, kind: string): string => `${name}:${openssl(kind)}:1:1::/:/bin/sh\n`;
    projectWith({
      "site.passwd": entry("one", "-1") + entry("five", "-5") + entry("six", "-6"),
      "site.htpasswd": `apache:${openssl("-apr1")}\nsha:{SHA}${sha}\n`,
    });
    await project.run("chmod", ["644", "site.passwd", "site.htpasswd"]);
    const auth = ["--auth", "passwd:site.passwd", "--auth", "htpasswd:site.htpasswd"];
    const server = project.start(["myserver", "-p", "0", "--host", "here", ...auth]);
    const port = await server.port();
    for (const name of ["one", "five", "six", "apache", "sha"])
      expect(await visit(port, name)).toContain(`${name} at here`);
    expect(await visit(port, "six", "guess")).toContain("-ERR wrong name or password");
    expect(await visit(port, "nobody")).toContain("-ERR wrong name or password");
    expect((await server.stop()).status).toBe(0);
  });

  it("says what to install for the rest", async () => {
    const { stdout } = await projectWith().appd(["myserver", "--help-auth"]);
    const lines = stdout.split("\n");
    const of = (type: string): string => lines.find((line) => line.startsWith(`${type} `)) ?? "";
    expect(of("passwd")).toContain(
      "(not installed: $2b$ needs npm install @node-rs/bcrypt, $y$ needs npm install koffi)",
    );
    expect(of("htpasswd")).toContain("(not installed: $2b$ needs npm install @node-rs/bcrypt)");
    expect(of("ldap")).toContain("(not installed: npm install ldapts@8)");
    expect(of("file")).not.toContain("not installed");
  });

  it("refuses to start with what is not installed, and says what to install", async () => {
    projectWith({ "bcrypt.passwd": `alice:$2b$05$hdZPPDcKc661/dIykceaguZG8AgNxhQOgJz1/g0yI5y4KVXhkrHfS\n` });
    const first = await project.appd(["myserver", "--auth", "passwd:bcrypt.passwd"]);
    expect(first.stderr).toContain(
      "line 1: it has a hash of bcrypt, which needs a library that is not here: npm install @node-rs/bcrypt",
    );
    expect(first.status).toBe(78);
    const second = await project.appd(["myserver", "--auth", "ldap:ldaps://localhost:dn=uid=%u"]);
    expect(second.stderr).toContain("it needs what is not installed: npm install ldapts@8");
    expect(second.status).toBe(78);
  });

  it("loads none of the checkers for the help", async () => {
    const how = { env: { NODE_DEBUG: "module" } };
    projectWith();
    await project.appd(["--help"]);
    const { stdout, stderr } = await project.appd(["--help"], how);
    expect(stdout).toContain("myserver");
    expect(stderr).not.toContain("dist/plugins");
    expect((await project.appd(["myserver", "--help"], how)).stderr).not.toContain("dist/plugins");
  });

  it("lists them all with appd plugins", async () => {
    const { stdout } = await projectWith().appd(["plugins", "--json"]);
    const { files, problems } = JSON.parse(stdout) as {
      files: {
        source: { kind: string };
        plugins: { provides: string[] }[];
        leftOut?: string;
        faults: unknown[];
      }[];
      problems: unknown[];
    };
    const shipped = files.filter(({ source, leftOut }) => source.kind === "appd" && leftOut === undefined);
    expect(shipped).toHaveLength(10);
    for (const { plugins, faults } of shipped) {
      expect(faults).toEqual([]);
      expect(plugins[0]?.provides).toContain("ICheckerFactory");
    }
    expect(problems).toEqual([]);
  });
});
