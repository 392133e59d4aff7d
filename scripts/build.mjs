/**
 * Builds dist/: the command and the library as a few CommonJS chunks that share one copy of everything, the type
 * declarations, and tsyringe in one file (under the command our resolver answers with it, see src/plugin).
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const src = (file) => join(root, "src", file);
const { resolve } = createRequire(import.meta.url);

const BUILT_IN = /^node:/;
const EXTERNAL = [
  BUILT_IN,
  /^appd(\/|$)/,
  "tsyringe",
  "class-validator",
  "class-transformer",
  "pino",
  "ws",
  /^@swc\//,
  /^@node-rs\//,
  "croner",
  "jose",
  "koffi",
  "ldapts",
];
const ENTRIES = {
  command: "cli/command.ts",
  index: "index.ts",
  testing: "testing/index.ts",
  register: "register.ts",
  "jest-preset": "jest-preset.ts",
  "jest-resolver": "jest-resolver.ts",
};

/** The bridge for fetch handlers writes some errors to the console as well; we log them, and stdout is not ours. */
const quietBridge = {
  name: "quiet-bridge",
  transform(code, id) {
    if (!/@hono[\\/]node-server/.test(id) || !code.includes("const handleResponseError")) return null;
    const quiet = code.replace(/console\.(?:info|error)\(("[^"]*"|e)\)/g, "void 0");
    if (quiet === code) throw new Error(`${id} is not as it was: look for its uses of the console`);
    return { code: quiet, map: null };
  },
};

/** The packages that the bundles hold: name and folder. */
const bundled = new Map();

async function bundle(input, output, external) {
  const build = await rolldown({
    input,
    external,
    platform: "node",
    tsconfig: join(root, "tsconfig.json"),
    plugins: [quietBridge, fewerFiles, ascii],
    // What one entry loads late another may load at once; tests count what is loaded.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output: files } = await build.write({
    dir: dist,
    format: "cjs",
    exports: "named",
    keepNames: true,
    strict: true,
    comments: { legal: true, jsdoc: false, annotation: false },
    ...output,
  });
  await build.close();
  for (const id of files.flatMap(({ moduleIds = [] }) => moduleIds)) {
    const [folder, name] = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id) ?? [];
    if (folder !== undefined) bundled.set(name, folder);
  }
}

/**
 * A file takes most of a millisecond to load, whatever is in it: the bundler's helpers go into one that every start
 * needs, and `cli.js` takes the command from there.
 */
const fewerFiles = {
  name: "fewer-files",
  generateBundle(_options, files) {
    const { "chunks/rolldown-runtime.js": helpers, "chunks/common.js": common } = files;
    if (!common) return;
    if (
      !["main", "systemWorld"].every((name) => files["command.js"].code.includes(`require_common.${name};`))
    )
      throw new Error("chunks/common.js has the command under other names than src/cli/entry.ts expects");
    const request = /require\("\.\/(chunks\/)?rolldown-runtime\.js"\)/;
    for (const file of Object.values(files)) {
      file.code = file.code
        .replace(new RegExp(`^${request.source};\\n`, "m"), "")
        .replace(request, (_, folder = "") => `require("./${folder}common.js").helpers`);
    }
    common.code = common.code.replace(
      'require("./common.js").helpers;',
      `exports.helpers = ((exports) => {\n${helpers.code}\nreturn exports;\n})({});`,
    );
    delete files["chunks/rolldown-runtime.js"];
    delete files["command.js"];
  },
};

/** Node holds a text with one letter beyond ASCII in twice the memory. */
const ascii = {
  name: "ascii",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      file.code = file.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    }
  },
};

async function bundleHouse() {
  const there = Object.entries(ENTRIES).filter(([, file]) => existsSync(src(file)));
  await bundle(
    Object.fromEntries(there.map(([name, file]) => [name, src(file)])),
    {
      entryFileNames: "[name].js",
      chunkFileNames: "chunks/[name].js",
      codeSplitting: { groups: [wayToListening] },
    },
    EXTERNAL,
  );
}

/**
 * Every file costs a start, and every line that it does not need: `common.js` is what the help needs, a run adds
 * `runtime.js`, a command that speaks to what runs `control.js`. What both of these need is little, and stands where
 * neither has to load the other. What only some runs need stays in chunks of its own.
 */
const wayToListening = {
  debugName: "way to listening",
  name(id, context) {
    if (reachable("cli/command.ts", context).has(id)) return "common";
    const isIn = (files) => files.some((file) => reachable(file, context).has(id));
    if (isIn(CONTROL)) return isIn(RUN) ? "common" : "control";
    if (isIn(LAUNCH)) return isIn(RUN) || isIn(LAUNCHED) ? "common" : "launch";
    if (isIn(RUN)) return isIn(MASTER) ? "common" : "runtime";
    return null;
  },
};
/** `logs` and `restart` need more than the others, and are asked for by people. */
const CONTROL = ["control-commands", "status-command", "stop-command", "reopen-command", "graph-command"].map(
  (name) => `cli/${name}.ts`,
);
/** Who starts a daemon waits for two starts of Node, and needs next to nothing of what it runs. */
const LAUNCH = ["cli/launch.ts"];
const LAUNCHED = ["runner/launch/launched-world.ts"];
/** It stays, beside the one that runs. */
const MASTER = ["cli/supervise.ts"];
const RUN = ["index.ts", "cli/run-maker.ts", "maker/assemble.ts"];

/** What a file imports, and what that imports, without what is imported later. */
const reachable = memoized((file, context) => {
  const found = new Set([src(file)]);
  for (const id of found)
    for (const imported of context.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
});

function memoized(compute) {
  const known = new Map();
  return (key, ...rest) => known.get(key) ?? known.set(key, compute(key, ...rest)).get(key);
}

/** What decides how the rest is loaded shares nothing with it. */
async function bundleEntry() {
  await bundle({ cli: src("cli/entry.ts") }, { entryFileNames: "[name].js" }, [
    BUILT_IN,
    "./chunks/common.js",
  ]);
}

async function bundleTsyringe() {
  // Its ES modules, because they become one scope instead of thirty.
  const modules = join(resolve("tsyringe"), "../../esm2015/index.js");
  await bundle({ tsyringe: modules }, { entryFileNames: "[name].js" }, [BUILT_IN]);
}

async function bundleGuests() {
  if (!existsSync(src("plugins"))) return;
  const guests = readdirSync(src("plugins")).filter((name) => name.endsWith(".ts"));
  await bundle(
    Object.fromEntries(guests.map((name) => [name.replace(/\.ts$/, ""), src(join("plugins", name))])),
    { entryFileNames: "plugins/[name].js", chunkFileNames: "plugins/_[name].js" },
    EXTERNAL,
  );
}

/** The licences of the packages that the bundles hold. */
function writeLicences() {
  const texts = [...bundled].sort().map(([name, folder]) => {
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${folder} has no licence to ship`);
    return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), texts.join(`\n${"-".repeat(78)}\n\n`));
}

function declareTypes() {
  execFileSync(process.execPath, [resolve("typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")], {
    stdio: "inherit",
    cwd: root,
  });
}

rmSync(dist, { recursive: true, force: true });
await bundleHouse();
await bundleEntry();
await bundleTsyringe();
await bundleGuests();
writeLicences();
if (existsSync(join(dist, "cli.js"))) chmodSync(join(dist, "cli.js"), 0o755);
if (!process.argv.includes("--no-types")) declareTypes();
