/** What a person sees on a terminal, and in a pipe that is closed early. */
import { execFileSync } from "node:child_process";
import { example, Project } from "./harness";

const ESCAPE = "\u001b[";

let project: Project;
beforeAll(() => (project = new Project(example("myproject"))));
afterAll(() => project.remove());

function hasTerminal(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}
const onATerminal = hasTerminal() ? it : it.skip;

/** What the command writes on a terminal of so many columns. */
async function shown(columns: number, words: string, env: Record<string, string> = {}): Promise<string> {
  const command = `stty cols ${columns}; exec "${process.execPath}" node_modules/appd/dist/cli.js ${words}`;
  const { stdout } = await project.run("script", ["-qec", command, "/dev/null"], {
    env: { NO_COLOR: "", TERM: "xterm", ...env },
  });
  return stdout.replaceAll("\r\n", "\n");
}

const plain = (text: string): string => text.replace(/\u001b\[\d*m/g, "");

describe("the help on a terminal", () => {
  onATerminal.each([80, 40, 10])("W-14: fits into %d columns", async (columns) => {
    for (const words of ["--help", "myproject --help"]) {
      const lines = plain(await shown(columns, words)).split("\n");
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      expect(lines.length).toBeGreaterThan(5);
    }
  });

  onATerminal("is coloured, never with NO_COLOR", async () => {
    expect(await shown(80, "--help")).toContain(ESCAPE);
    expect(await shown(80, "--help", { NO_COLOR: "1" })).not.toContain(ESCAPE);
  });

  it("is not coloured in a pipe", async () => {
    const { stdout } = await project.appd(["--help"], { env: { NO_COLOR: "" } });
    expect(stdout).not.toContain(ESCAPE);
  });
});

describe("a pipe that is closed early", () => {
  it("is no fault", async () => {
    const command = `"${process.execPath}" node_modules/appd/dist/cli.js --help | head -1`;
    expect(await project.run("bash", ["-o", "pipefail", "-c", command])).toEqual({
      status: 0,
      signal: null,
      stdout: "Usage: appd [options] <command> [command options]\n",
      stderr: "",
    });
  });
});
