import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../harness/child";
import type { Finding, Item } from "../harness/finding";
import { median, type Sample } from "../harness/compare";
import { fixture, Project } from "../harness/project";

const run = promisify(execFile);
const HASHES = ["argon2id", "scrypt"] as const;
const GUESSES = 15;
const NEAR = 0.15;

/** (i) Whether the time that a refusal takes tells which names there are. */
export const knownNames: Item = {
  name: "known-names",
  title: "refusals of known and of unknown names",
  async measure({ site, runs }) {
    const project = new Project(site, "known-names", {});
    const findings: Finding[] = [];
    const medians: Record<string, Sample> = {};
    for (const hash of HASHES) {
      const file = addUser(project, hash);
      const times: { known: number; unknown: number }[] = [];
      for (let turn = 0; turn < Math.min(runs, 5); turn++) times.push(await guess(project, file));
      const known = median(times.map((time) => time.known));
      const unknown = median(times.map((time) => time.unknown));
      // Both were measured in turn: what else the machine did was the same for both.
      const wall = median(times.map((time) => time.unknown / time.known));
      const met = Math.abs(wall - 1) <= NEAR;
      const note = `${known.toFixed(1)} ms and ${unknown.toFixed(1)} ms`;
      findings.push({
        what: `an unknown name, ${hash}`,
        against: "a wrong password",
        wall,
        target: "within 15%",
        met,
        note,
      });
      Object.assign(medians, {
        [`known, ${hash}`]: { wall: known },
        [`unknown, ${hash}`]: { wall: unknown },
      });
    }
    return { findings, medians };
  },
};

function addUser(project: Project, hash: string): string {
  const file = join(project.folder, `${hash}.passwd`);
  const [program, ...words] = project.appd("passwd", "add", "--hash", hash, file, "alice").words;
  execFileSync(program, words, { cwd: project.folder, env: environment(), input: "s3cret\n" });
  return file;
}

async function guess({ folder }: Project, file: string): Promise<{ known: number; unknown: number }> {
  const index = join(folder, "node_modules/appd/dist/index.js");
  const words = [fixture("known-names.cjs"), index, file, `${GUESSES}`];
  const { stdout } = await run(process.execPath, words, { env: environment() });
  return JSON.parse(stdout) as { known: number; unknown: number };
}
