import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment, type Command } from "../harness/child";
import { compare, type Candidate, type Sample } from "../harness/compare";
import { judge, mediansOf, type Item } from "../harness/finding";
import { CHATTER } from "../harness/plugins";
import { fixture, node, Project } from "../harness/project";

const run = promisify(execFile);
const LINES = 100_000;
const OURS = `${LINES} lines to --logfile`;
const PINO = "pino to a file, sync";

/** What a service's line costs on its way to a log file, against pino alone: both write each line at once. */
export const logFile: Item = {
  name: "log-file",
  title: "lines to a log file",
  async measure({ site, runs }) {
    const project = new Project(site, "log-file", CHATTER);
    const file = join(project.folder, "x.log");
    const bare = join(project.folder, "bare.log");
    const pino = join(project.folder, "node_modules/pino");
    const comparison = await compare(
      [
        candidate(OURS, file, project.appd("--logfile", file, "chatter", `${LINES}`)),
        candidate(PINO, bare, node(project.folder, fixture("bare-log.cjs"), pino, bare, `${LINES}`)),
      ],
      runs,
    );
    const finding = judge(OURS, PINO, { ...comparison.ratio(OURS, PINO), atMost: 1.15 });
    const { wall } = comparison.median(OURS);
    return {
      findings: [{ ...finding, note: `${((wall * 1_000) / LINES).toFixed(1)} µs a line` }],
      medians: mediansOf(comparison),
    };
  },
};

/** Each says itself what its lines took: its start is no part of that. */
function candidate(name: string, file: string, { words: [program, ...words], cwd }: Command): Candidate {
  return {
    name,
    prepare: () => [file, `${file}.1`].forEach((one) => rmSync(one, { force: true })),
    async measure() {
      const { stdout } = await run(program, words, { cwd, env: environment() });
      return JSON.parse(stdout) as Sample;
    },
  };
}
