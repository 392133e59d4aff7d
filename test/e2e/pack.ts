/** Before the end-to-end tests: build, pack, and install the tarball once, as a user would, in an empty folder. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

/** Devdependencies of this repository that makers in these tests use: linked, because they are here already. */
const FRAMEWORKS = ["express", "fastify", "hono", "koa"];

export default function pack(): void {
  const site = realpathSync(mkdtempSync(join(tmpdir(), "appd-e2e-")));
  chmodSync(site, 0o755);
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: ROOT, stdio: "inherit" });
  const packed = execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", site], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const tarball = join(site, packed.trim().split("\n").at(-1) ?? "");
  execFileSync("npm", ["install", "--silent", "--prefer-offline", "--no-audit", "--no-fund", tarball], {
    cwd: site,
  });
  for (const name of FRAMEWORKS) {
    symlinkSync(realpathSync(join(ROOT, "node_modules", name)), join(site, "node_modules", name));
  }
  process.env.APPD_E2E_SITE = site;
  process.env.APPD_E2E_TARBALL = tarball;
}
