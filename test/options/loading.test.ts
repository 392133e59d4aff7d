import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
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
      files: Object.keys(require.cache),
      builtIn: process.moduleLoadList.filter((name) => /^NativeModule (crypto|tty|child_process|http|vm)$/.test(name) && !before.has(name)),
    }));
  })();
`;

/** What a fresh process loads to read a command line. */
function loaded(): { files: string[]; builtIn: string[] } {
  const { outputFiles } = buildSync({
    stdin: { contents: READ, resolveDir: ROOM, loader: "ts" },
    bundle: true,
    banner: { js: "const before = new Set(process.moduleLoadList);" },
    write: false,
    platform: "node",
    external: ["class-validator", "class-transformer"],
  });
  const script = outputFiles[0]?.text ?? "";
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })) as ReturnType<
    typeof loaded
  >;
}

it("reads a line without loading class-validator, class-transformer, node:crypto or tty", () => {
  expect(loaded()).toEqual({ files: [], builtIn: [] });
});
