import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

const ROOM = resolve(__dirname, "../../src/options");
const READ = `
  declare const before: Set<string>;
  import { describeOptions } from "./describe-options";
  import "./decorators";
  import { readOptions } from "./read-options";
  import { renderHelp } from "./render-help";
  const shape = describeOptions({ port: { help: "The port.", default: 1 } });
  const line = (argv: string[]) => ({ command: "myproject", argv, environment: {} });
  void (async () => {
    const found = await readOptions(shape, line(["--port", "2"]));
    const help = await readOptions(shape, line(["--help"]));
    if (help.kind !== "help" || found.kind !== "values" || found.options.port !== 2) throw new Error("not read");
    renderHelp(help.help, { width: 80, colour: true, program: "appd", description: "It serves." });
    console.log(JSON.stringify({
      files: Object.keys(require.cache).filter((name) => name !== __filename),
      builtIn: process.moduleLoadList.filter((name) => /^NativeModule (crypto|tty|child_process|http|vm)$/.test(name) && !before.has(name)),
    }));
  })();
`;

const folder = mkdtempSync(join(tmpdir(), "appd-options-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a fresh process loads to read a command line; a file, because `node -e` loads much itself. */
function loaded(): unknown {
  const script = join(folder, "read.cjs");
  buildSync({
    stdin: { contents: READ, resolveDir: ROOM, loader: "ts" },
    bundle: true,
    banner: { js: "const before = new Set(process.moduleLoadList);" },
    outfile: script,
    platform: "node",
    external: ["class-validator", "class-transformer"],
  });
  return JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" }));
}

it("reads a line without loading class-validator, class-transformer, node:crypto or tty", () => {
  expect(loaded()).toEqual({ files: [], builtIn: [] });
});
