import { Listening, memoryOf, privateMemoryOf } from "../harness/child";
import { compare, median, type Candidate } from "../harness/compare";
import { Daemon } from "../harness/daemon";
import { mediansOf, type Finding, type Item } from "../harness/finding";
import { exampleFiles, Project } from "../harness/project";

const SETTLED = 1_500;
const LIMIT = 2;
const FOREGROUND = "the foreground, MiB";
const DAEMON = "appd --daemon, MiB";
const RESTARTED = "… with --max-restarts 3, both processes, MiB";

/** Memory of a daemon that has been idle for a moment, in MiB: resident, and what no other process shares. */
export const daemonMemory: Item = {
  name: "daemon-memory",
  title: "idle memory in the background",
  async measure({ site, runs }) {
    const project = new Project(site, "daemon-memory", exampleFiles());
    const own = new Map<string, number[]>();
    const idle = (name: string, run: () => Promise<Idle>): Candidate => ({
      name,
      measure: async () => {
        const { pids, end } = await run();
        await new Promise((resolve) => setTimeout(resolve, SETTLED));
        own.set(name, [...(own.get(name) ?? []), sum(pids(), privateMemoryOf)]);
        const wall = sum(pids(), memoryOf);
        await end();
        return { wall };
      },
    });
    const comparison = await compare(
      [
        idle(FOREGROUND, () => foreground(project)),
        idle(DAEMON, () => background(project)),
        idle(RESTARTED, () => background(project, "--max-restarts", "3")),
      ],
      Math.min(runs, 7),
    );
    const more = (what: string): number => comparison.median(what).wall - comparison.median(FOREGROUND).wall;
    const finding = (what: string): Finding => {
      const moreOwn = median(own.get(what) ?? []) - median(own.get(FOREGROUND) ?? []);
      return {
        what,
        against: FOREGROUND,
        note: `+${more(what).toFixed(1)} MiB, +${moreOwn.toFixed(1)} of its own`,
      };
    };
    return {
      findings: [
        { ...finding(DAEMON), target: `≤ +${LIMIT}`, met: more(DAEMON) <= LIMIT },
        finding(RESTARTED),
      ],
      medians: mediansOf(comparison),
    };
  },
};

interface Idle {
  readonly pids: () => readonly number[];
  readonly end: () => Promise<void>;
}

async function foreground(project: Project): Promise<Idle> {
  const listening = await Listening.from((port) => project.appd("myproject", "-p", `${port}`));
  return { pids: () => [listening.pid], end: () => listening.end() };
}

async function background(project: Project, ...globals: string[]): Promise<Idle> {
  const daemon = await Daemon.start(project, { globals });
  return { pids: () => daemon.pids, end: () => daemon.end() };
}

function sum(pids: readonly number[], memory: (pid: number) => number | undefined): number {
  return pids.reduce((all, pid) => {
    const one = memory(pid);
    if (one === undefined) throw new Error("the memory of a process can't be read here");
    return all + one;
  }, 0);
}
