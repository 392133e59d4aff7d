import { untilEnd, type Command } from "../harness/child";
import { compare } from "../harness/compare";
import { Daemon, runtimeFolder } from "../harness/daemon";
import { judge, mediansOf, type Item } from "../harness/finding";
import { exampleFiles, node, Project } from "../harness/project";

const RUNNING = 50;
const BARE = "node -e 0";
const STATUS = `appd status, ${RUNNING} running`;

/** Each of those that run is asked how it is. */
export const status: Item = {
  name: "status",
  title: "appd status",
  async measure({ site, runs }) {
    const project = new Project(site, "status", exampleFiles());
    const daemons: Daemon[] = [];
    try {
      while (daemons.length < RUNNING)
        daemons.push(await Daemon.start(project, { name: `it${daemons.length}` }));
      const own = (command: Command): Command => ({
        ...command,
        words: ["env", `APPD_RUNTIME_DIR=${runtimeFolder(project)}`, ...command.words],
      });
      const comparison = await compare(
        [
          { name: BARE, measure: () => untilEnd(own(node(site, "-e", "0"))) },
          { name: STATUS, measure: () => untilEnd(own(project.appd("status"))) },
        ],
        runs,
      );
      return {
        findings: [judge(STATUS, BARE, { ...comparison.ratio(STATUS, BARE), atMost: 2 })],
        medians: mediansOf(comparison),
      };
    } finally {
      await Promise.all(daemons.map((daemon) => daemon.end()));
    }
  },
};
