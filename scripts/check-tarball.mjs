/**
 * Packs dist/ as it stands and looks at what a user would get: only the kinds of files that belong there, every
 * target of package.json present, and nothing inside that names the machine or the registry it was made with.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { extname, join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Every file of the tarball is one of these. */
const KINDS = [
  /^package\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^dist\/THIRD-PARTY-LICENSES\.txt$/,
  /^dist\/(cli|index|testing|register|jest-preset|jest-resolver|tsyringe)\.js$/,
  /^dist\/(chunks|plugins)\/[\w-]+\.js$/,
  /^dist\/types\/([\w-]+\/)?[\w-]+\.d\.ts$/,
];
/** What no file of it may say. */
const TRACES = [
  [/sourceMappingURL/, "a source map"],
  [/registry\.npmjs|registry\.yarnpkg|verdaccio|artifactory/i, "a registry"],
  [
    new RegExp(`(${[root, homedir(), tmpdir()].filter((path) => path.length > 4).join("|")})/`),
    "a path of this machine",
  ],
  [/\.test\b.*\bdescribe\(/, "a test"],
];
const MOST_BYTES = 1_500_000;

function unpacked(work) {
  const command = ["pack", "--silent", "--ignore-scripts", "--pack-destination", work];
  const name = execFileSync("npm", command, { cwd: root, encoding: "utf8" }).trim().split("\n").at(-1);
  execFileSync("tar", ["-xzf", join(work, name), "-C", work]);
  return join(work, "package");
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());
}

/** Every file that package.json promises. */
function targets({ bin, main, types, exports }) {
  const inside = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(inside));
  return [...new Set([bin, main, types, exports].flatMap(inside))];
}

function* faults(folder) {
  const files = filesIn(folder);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const file of files) {
    if (!KINDS.some((kind) => kind.test(file))) yield `${file} does not belong in the tarball`;
    if (extname(file) === ".md") continue;
    const text = readFileSync(join(folder, file), "utf8");
    for (const [trace, what] of TRACES)
      if (trace.test(text)) yield `${file} holds ${what}: ${trace.exec(text)[0]}`;
  }
  for (const target of targets(manifest)) {
    if (!existsSync(join(folder, target))) yield `package.json names ${target}, which is not there`;
  }
  for (const name of ["README.md", "CHANGELOG.md", "LICENSE"])
    if (!files.includes(name)) yield `there is no ${name}`;
  for (const file of Object.values(manifest.bin)) {
    const path = join(folder, file);
    if (!readFileSync(path, "utf8").startsWith("#!/usr/bin/env node\n")) yield `${file} has no #! line`;
    if ((statSync(path).mode & 0o111) === 0) yield `${file} can't be executed`;
  }
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  if (bytes > MOST_BYTES) yield `it holds ${bytes} bytes, more than ${MOST_BYTES}`;
}

const work = mkdtempSync(join(tmpdir(), "appd-tarball-"));
try {
  const found = [...faults(unpacked(work))];
  for (const fault of found) console.error(`tarball: ${fault}`);
  process.exitCode = found.length > 0 ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}
