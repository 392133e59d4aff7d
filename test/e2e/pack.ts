/** Before the end-to-end tests: build, pack, and install the tarball once, as a user would, in an empty folder. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

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
  process.env.APPD_E2E_SITE = site;
  process.env.APPD_E2E_TARBALL = tarball;
}
