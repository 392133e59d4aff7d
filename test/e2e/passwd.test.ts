/** `appd passwd` as a person types it, and as a script pipes into it. */
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { environment, Project, type Ended } from "./harness";

/** What is asked for, and what is typed then. */
type Dialogue = readonly (readonly [asked: string, typed: string])[];

/** util-linux's, which gives a command a terminal. */
function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    console.warn("script (util-linux) is not installed: tests that need a terminal are left out");
    return false;
  }
}

let project: Project;
beforeAll(() => (project = new Project()));
afterAll(() => project.remove());

const command = (line: string): string => `node node_modules/appd/dist/cli.js ${line}`;
const shell = (line: string): Promise<Ended> => project.run("sh", ["-c", line]);

/** Runs it on a terminal. Standard error of `script` is the terminal's screen. */
function onTerminal(line: string, dialogue: Dialogue): Promise<Ended> {
  const words = [
    "-q",
    "-e",
    "-c",
    `${line}; code=$?; stty -a | grep -o " -\\?echo " ; exit $code`,
    "/dev/null",
  ];
  const child = spawn("script", words, {
    cwd: project.folder,
    env: environment(),
    stdio: ["pipe", "pipe", "inherit"],
  });
  let screen = "";
  const open = [...dialogue];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    const [next] = open;
    if (!next || !screen.endsWith(next[0])) return;
    open.shift();
    child.stdin.write(next[1]);
  });
  return new Promise((resolve) => {
    child.on("close", (status, died) => resolve({ status, signal: died, stdout: screen, stderr: "" }));
  });
}

describe("appd passwd", () => {
  it("takes one line from a pipe, and makes a file for its owner alone whatever the umask", async () => {
    const added = await shell(
      `umask 0; printf 's3cret\\nmore\\n' | ${command("passwd add users.passwd alice")}`,
    );
    expect(added).toEqual({ status: 0, signal: null, stdout: "alice was added\n", stderr: "" });
    expect(statSync(project.path("users.passwd")).mode & 0o7777).toBe(0o600);
    expect(readFileSync(project.path("users.passwd"), "utf8")).toMatch(/^alice:\$argon2id\$v=19\$[^\n]+\n$/);
    const right = await shell(`printf s3cret | ${command("passwd verify users.passwd alice")}`);
    expect(right).toMatchObject({ status: 0, stdout: "this is the password of alice\n" });
    const wrong = await shell(`echo guess | ${command("passwd verify users.passwd alice")}`);
    expect(wrong).toMatchObject({
      status: 77,
      stderr: 'appd: passwd verify: users.passwd: this is not the password of "alice"\n',
    });
    expect((await project.appd(["passwd", "list", "users.passwd"])).stdout).toBe("alice\targon2id\n");
    expect((await project.appd(["passwd", "remove", "users.passwd", "alice"])).stdout).toBe(
      "alice was removed\n",
    );
  });

  it("says what is missing where nothing is piped in", async () => {
    expect(await project.appd(["passwd", "add", "none.passwd", "alice"])).toMatchObject({
      status: 64,
      stderr: "appd: passwd add: none.passwd: there is no password on standard input\n",
    });
  });

  (hasScript() ? describe : describe.skip)("on a terminal", () => {
    it("asks twice, shows nothing, and leaves the terminal as it was", async () => {
      const { status, stdout } = await onTerminal(command("passwd add asked.passwd alice"), [
        ["New password of alice: ", "s3cret\r"],
        ["The same again: ", "s3cret\r"],
      ]);
      expect(status).toBe(0);
      expect(stdout.split("\r\n")).toEqual([
        "New password of alice: ",
        "The same again: ",
        "alice was added",
        " echo ",
        "",
      ]);
      const { status: right } = await shell(`echo s3cret | ${command("passwd verify asked.passwd alice")}`);
      expect(right).toBe(0);
    });

    it("dies of Ctrl-C as a shell expects it, and leaves the terminal as it was", async () => {
      const { status, stdout } = await onTerminal(command("passwd add left.passwd alice"), [
        ["New password of alice: ", "s3c\u0003"],
      ]);
      expect(status).toBe(130);
      expect(stdout).toMatch(/\r\n echo \r\n$/);
    });
  });
});
