/** Units for systemd: written by the packed command, and judged by systemd's own tools. */
import { chmodSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeWith } from "../programs";
import { Deployable } from "./deployable";
import { blocksOf, commandsIn } from "./markdown";
import { nodeBinary } from "./nspawn";

let project: Deployable;
beforeAll(() => (project = new Deployable()));
afterAll(() => project.remove());

describe("appd deploy systemd", () => {
  it("SD-04: writes units and says what is left to do", async () => {
    const { ended, units } = await project.deploy("plain", ["myproject", "--name", "Rex"]);
    expect(ended).toEqual({
      status: 0,
      signal: null,
      stderr: "",
      stdout: `Wrote plain/myproject.service and plain/myproject.socket. What is left to do, as root:

  cp plain/myproject.service plain/myproject.socket /etc/systemd/system/
  systemctl daemon-reload
  systemctl enable --now myproject.socket myproject.service
`,
    });
    const cli = project.path("node_modules/appd/dist/cli.js");
    expect(units["myproject.service"]).toContain(
      `ExecStart=${nodeBinary()} ${cli} myproject --listen=systemd:name=listen --name Rex\n`,
    );
    expect(units["myproject.service"]).toContain(`WorkingDirectory=${project.folder}\n`);
  });

  it.each([
    [["--listen", "tcp:8o80"], 64, /^appd: myproject: --listen: column 5: port must be/],
    [["--admin-port", "-1"], 64, /^appd: myproject: --admin-port must not be less than 0/],
    [["--nmae", "x"], 64, /^appd: myproject: unknown option --nmae \(did you mean/],
    [["--token", "s3cret"], 64, /^appd: myproject: --token: everyone can read a unit/],
    [["--name", "a\nb"], 64, /^appd: a unit of systemd can't hold "a\\nb": there is a line end in it\n/],
  ])("refuses what a run would refuse, and writes nothing: %j", async (words, status, line) => {
    const { ended, units } = await project.deploy("refused", ["myproject", ...words]);
    expect(ended).toMatchObject({ status, stdout: "", stderr: expect.stringMatching(line) as string });
    expect(ended.stderr).not.toContain("s3cret");
    expect(units).toEqual({});
  });

  it.each([
    [[], ["nothing"], 64, 'appd: unknown command "nothing"'],
    [["-D"], ["myproject"], 64, "appd: --daemon: systemd keeps the service in the background itself"],
    [["--pidfile", "x"], ["myproject"], 64, "appd: --pidfile: systemd knows"],
    [[], ["myproject", "--version"], 0, ""],
  ])("ends with a line and a status: %j %j", async (before, words, status, line) => {
    const { ended, units } = await project.deploy("refused", words, before);
    expect(ended.status).toBe(status);
    expect(ended.stderr).toContain(line);
    expect(units).toEqual({});
  });

  it("leaves units alone that are there, with 73", async () => {
    await project.deploy("there", ["myproject"]);
    expect((await project.deploy("there", ["myproject"])).ended.status).toBe(0);
    const { ended } = await project.deploy("there", ["myproject", "--name", "x"]);
    expect(ended).toMatchObject({
      status: 73,
      stderr: expect.stringMatching(/myproject\.service is there already.*--force/) as string,
    });
    expect((await project.deploy("there", ["--force", "myproject", "--name", "x"])).ended.status).toBe(0);
  });

  it("says what else is not as one may think", async () => {
    chmodSync(project.folder, 0o750);
    const { ended } = await project.deploy(
      "told",
      ["--no-socket", "myproject", "--admin-port", "80"],
      ["-l", "x.log"],
    );
    chmodSync(project.folder, 0o755);
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.stderr.trim().split("\n")).toEqual([
      "appd: deploy systemd: --logfile x.log: the service may write in folders of its own only: /var/log/myproject/x.log",
      `appd: deploy systemd: the service's user can't read ${project.folder}: chmod o+rX, or say --user`,
      "appd: deploy systemd: the service may bind ports below 1024 (CAP_NET_BIND_SERVICE)",
    ]);
  });

  it("has help of its own, before and behind", async () => {
    const help = await project.appd(["deploy", "systemd", "--help"]);
    expect(help.stdout).toMatch(/^Usage: appd deploy systemd \[options\] <command>/);
    expect((await project.appd(["help", "deploy"])).stdout).toContain("Units for systemd");
    expect((await project.appd(["--help"])).stdout).toMatch(/^ {2}deploy /m);
  });

  it("shows in the documents what it says", async () => {
    const text = readFileSync(resolve(__dirname, "../../docs/systemd.md"), "utf8");
    const shown = commandsIn(blocksOf(text).filter(({ language }) => language === "console"));
    expect(shown.length).toBeGreaterThan(2);
    for (const { command, output } of shown) {
      const [variables = "", words = ""] = command.split(/\bappd /);
      const env = Object.fromEntries(
        variables
          .trim()
          .split(" ")
          .filter(Boolean)
          .map((one) => one.split("=") as [string, string]),
      );
      const { stdout, stderr } = await project.appd(words.split(" "), { env });
      expect(`${stderr}${stdout}`.trim()).toBe(output);
    }
    expect(project.unitsIn(".")["myproject.service"]).not.toContain("s3cret");
    project.discard("myproject.service", "myproject.socket");
  });
});

/** What systemd's own tools say of units. */
async function judged(folder: string, names: readonly string[]) {
  const files = names.map((name) => `./${folder}/${name}`);
  const verify = await project.run("systemd-analyze", ["verify", "--man=no", ...files]);
  const words = [
    "security",
    "--offline=true",
    "--threshold=20",
    "--no-pager",
    `./${folder}/myproject.service`,
  ];
  return { verify, security: await project.run("systemd-analyze", words) };
}

describeWith("systemd-analyze")("the units that systemd-analyze is shown", () => {
  it.each([
    ["one socket", [], ["myproject", "--name", "a \"b\" $c %d \\e ; 'f'"]],
    ["two sockets", [], ["myproject", "--also", "unix:/run/x.sock:mode=660:user=root"]],
    ["low ports", [], ["--no-socket", "myproject", "--listen", "tcp:80"]],
    ["a name and deadlines", ["--start-timeout", "5", "--umask", "027", "--nofile", "4096"], ["myproject"]],
    ["a folder to write in", ["-d", "/var/tmp"], ["myproject"]],
  ])("rule 32, complaint 38: are good, and closed enough: %s", async (what, before, words) => {
    const folder = what.replaceAll(" ", "-");
    const { ended, units } = await project.deploy(folder, words, before);
    expect(ended.status).toBe(0);
    const { verify, security } = await judged(folder, Object.keys(units));
    expect(verify).toEqual({ status: 0, signal: null, stdout: "", stderr: "" });
    expect(security).toMatchObject({ status: 0, stderr: "" });
    expect(Number(/exposure level for \S+: ([\d.]+)/.exec(security.stdout)?.[1])).toBeLessThanOrEqual(2);
  });

  it("is closed enough for a user that is named, too", async () => {
    const { units } = await project.deploy("named", ["--user", "daemon", "myproject"]);
    const { verify, security } = await judged("named", Object.keys(units));
    expect(verify).toMatchObject({ status: 0, stderr: "" });
    expect(security.status).toBe(0);
  });
});
