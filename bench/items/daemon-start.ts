import { untilEnd, untilListening } from "../harness/child";
import { compare, type Candidate } from "../harness/compare";
import { Daemon } from "../harness/daemon";
import { judge, mediansOf, type Item } from "../harness/finding";
import { exampleFiles, node, Project } from "../harness/project";

const BARE = "node -e 0";
const FOREGROUND = "the foreground, start to listening";
const DAEMON = "appd --daemon, until it returns";
const RESTARTED = "… with --max-restarts 3";

/** What it takes to wait for a service in the background: two starts of Node, three with a master in between. */
export const daemonStart: Item = {
  name: "daemon-start",
  title: "start in the background",
  async measure({ site, runs }) {
    const project = new Project(site, "daemon-start", exampleFiles());
    const comparison = await compare(
      [
        { name: BARE, measure: () => untilEnd(node(site, "-e", "0")) },
        {
          name: FOREGROUND,
          measure: () => untilListening((port) => project.appd("myproject", "-p", `${port}`)),
        },
        daemon(DAEMON, project),
        daemon(RESTARTED, project, "--max-restarts", "3"),
      ],
      runs,
    );
    const bare = comparison.median(BARE).wall;
    const finding = (name: string, limit: { readonly atMost?: number }) => {
      const launching = comparison.median(name).wall - comparison.median(FOREGROUND).wall;
      const note = `+${launching.toFixed(0)} ms for launching; ${BARE} takes ${bare.toFixed(0)} ms`;
      // What the daemon has used of the processor is no part of what the launcher has.
      const { wall } = comparison.ratio(name, FOREGROUND);
      return { ...judge(name, FOREGROUND, { wall, ...limit }), note };
    };
    return {
      findings: [finding(DAEMON, { atMost: 1.6 }), finding(RESTARTED, {})],
      medians: mediansOf(comparison),
    };
  },
};

function daemon(name: string, project: Project, ...globals: string[]): Candidate {
  return {
    name,
    async measure() {
      const started = await Daemon.start(project, { globals });
      await started.end();
      return { wall: started.returned };
    },
  };
}
