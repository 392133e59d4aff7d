import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../harness/child";
import { Comparison, type Sample } from "../harness/compare";
import { mediansOf, type Item } from "../harness/finding";
import { fixture, Project } from "../harness/project";

const run = promisify(execFile);
const CONNECTIONS = 10_000;
const MOST = 1.1;
const KINDS = ["bare", "appd"] as const;
const PARTS = ["all", "heap"] as const;
const NAMES = { bare: "bare net", appd: "a TCPServer", all: "memory", heap: "heap" };

/** (l) What a connection takes that says nothing, in bytes of the server's process. */
export const idleConnections: Item = {
  name: "idle-connections",
  title: "memory of idle connections",
  async measure({ site, runs }) {
    const index = join(new Project(site, "idle", {}).folder, "node_modules/appd/dist/index.js");
    const samples = new Map<string, Sample[]>();
    for (let turn = 0; turn < Math.min(runs, 5); turn++) {
      for (const kind of KINDS) {
        const bytes = await hold(index, kind);
        for (const part of PARTS) {
          const name = nameOf(kind, part);
          samples.set(name, [...(samples.get(name) ?? []), { wall: bytes[part] }]);
        }
      }
    }
    const comparison = new Comparison(samples);
    const findings = PARTS.map((part) => {
      const [ours, bare] = [nameOf("appd", part), nameOf("bare", part)];
      const { wall } = comparison.ratio(ours, bare);
      const note = [ours, bare].map((name) => Math.round(comparison.median(name).wall)).join(" and ");
      const judged = part === "all" && { target: `≤ ${MOST}`, met: wall <= MOST };
      return { what: ours, against: bare, wall, note: `${note} bytes`, ...judged };
    });
    return { findings, medians: mediansOf(comparison) };
  },
};

const nameOf = (kind: (typeof KINDS)[number], part: (typeof PARTS)[number]): string =>
  `${NAMES[part]} of one of ${CONNECTIONS} connections, ${NAMES[kind]}`;

async function hold(index: string, kind: string): Promise<Record<(typeof PARTS)[number], number>> {
  const words = ["--expose-gc", fixture("idle-connections.cjs"), index, kind, `${CONNECTIONS}`];
  const { stdout } = await run(process.execPath, words, { env: environment() });
  return JSON.parse(stdout) as Record<(typeof PARTS)[number], number>;
}
