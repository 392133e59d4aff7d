/** A systemd of its own, booted from this machine's programs in a container: units run there as they would in earnest. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describeWith } from "../programs";
import { isRoot, site, type Files } from "./harness";

/** Links in the projects lead here. */
const MODULES = realpathSync(resolve(__dirname, "../../node_modules"));
/** Nothing that is tested here takes so long, unless it hangs. */
const PATIENCE = 60_000;

export interface Boot {
  /** Unit files by their names, such as `web.service` or `web.service.d/more.conf`. Whoever wants one starts it in the script. */
  readonly units: Files;
  /**
   * A shell script that runs when basic.target is reached; the machine is off when it is through. The folder `/opt/out`
   * is what comes back. Every line is shown with `set -x`, and none that fails ends it.
   */
  readonly script: string;
  /** Folders that are there besides `/usr`, Node's and those of this test's projects: the same path, read-only. */
  readonly folders?: readonly string[];
}

export interface Booted {
  /** What the script has written to its standard output, and what it and `set -x` have written to standard error. */
  readonly stdout: string;
  readonly stderr: string;
  /** The files that it has left in `/opt/out`, by name. */
  readonly files: Files;
  /** What the machine's console has shown. */
  readonly console: string;
}

/** `describe` where a container can be booted; else its tests are skipped, and that is seen. */
export function describeBooted(...programs: readonly string[]): jest.Describe {
  const describe = describeWith("systemd-nspawn", "systemctl", ...programs);
  if (describe === globalThis.describe.skip || canBoot()) return describe;
  process.stderr.write("skipped: what needs systemd-nspawn, which has no permission here\n");
  return globalThis.describe.skip;
}

let possible: boolean | undefined;

function canBoot(): boolean {
  const name = `appd-test-${process.pid}-try`;
  possible ??=
    isRoot &&
    spawnSync("systemd-nspawn", [...container(name), "--quiet", "--", "/bin/true"], { input: "" }).status ===
      0;
  return possible;
}

/** The Node that runs these tests, as the container sees it. */
export const nodeBinary = (): string => realpathSync(process.execPath);

/** Boots the units and runs the script. The whole machine is there within half a second. */
export async function boot({ units, script, folders = [] }: Boot): Promise<Booted> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "appd-boot-")));
  try {
    chmodSync(place, 0o755);
    mkdirSync(join(place, "out"));
    write(join(place, "units"), {
      ...units,
      "under-test.service": TEST_UNIT,
      "basic.target.d/test.conf": "[Unit]\nWants=under-test.service\n",
    });
    write(join(place, "script"), { "run.sh": `set -x\n${script}\n` });
    const shown = await booted(place, folders);
    const left = readdirSync(join(place, "out")).map((name) => [
      name,
      readFileSync(join(place, "out", name), "utf8"),
    ]);
    const { stdout = "", stderr = "", ...files } = Object.fromEntries(left) as Record<string, string>;
    return { stdout, stderr, files, console: shown };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const TEST_UNIT = `[Unit]
Description=the test's script
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'sh /opt/script/run.sh >/opt/out/stdout 2>/opt/out/stderr; systemctl poweroff --force --force'
`;

function write(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

let count = 0;

function booted(place: string, folders: readonly string[]): Promise<string> {
  const seen = [site(), MODULES, dirname(nodeBinary()), ...folders].filter(
    (folder) => !folder.startsWith("/usr/"),
  );
  const words = [
    ...container(`appd-test-${process.pid}-${++count}`),
    ...seen.map((folder) => `--bind-ro=${folder}`),
    `--bind=${place}/out:/opt/out`,
    `--bind-ro=${place}/script:/opt/script`,
    `--bind-ro=${place}/units:/etc/systemd/system`,
    "--boot",
    "systemd.unit=basic.target",
    // Otherwise it waits for somebody to choose a language.
    "systemd.firstboot=off",
  ];
  return new Promise((resolve, reject) => {
    let shown = "";
    const child = spawn("systemd-nspawn", words, { stdio: ["ignore", "pipe", "pipe"] });
    const patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (shown += text));
    child.on("close", (status, signal) => {
      clearTimeout(patience);
      if (status === 0) resolve(shown);
      else reject(new Error(`the container ended with ${String(status ?? signal)}:\n${shown}`));
    });
  });
}

/** The machine's own programs, read-only, and nothing else of it: no network, none of its files, no traces. */
function container(name: string): string[] {
  return [
    "-D",
    "/",
    "--volatile=yes",
    "--register=no",
    "--keep-unit",
    "--private-network",
    `--machine=${name}`,
  ];
}
