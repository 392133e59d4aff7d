import { Listening, memoryOf, type Command } from "../harness/child";
import { compare, type Candidate } from "../harness/compare";
import { mediansOf, type Item } from "../harness/finding";
import { withoutConstraints } from "../harness/plugins";
import { exampleFiles, fixture, node, Project } from "../harness/project";

const SETTLED = 1_500;
const LIMIT = 20;
const BARE = "a node script, MiB";
const CONSTRAINTS = "the example in TypeScript, MiB";
const PLAIN = "… without constraints, MiB";

/** (d) Resident memory of a process that has been listening for a moment, in MiB. */
export const idleMemory: Item = {
  name: "idle-memory",
  title: "idle memory",
  async measure({ site, runs }) {
    const constraints = new Project(site, "memory-constraints", exampleFiles());
    const plain = new Project(site, "memory-plain", withoutConstraints());
    const comparison = await compare(
      [
        idle(BARE, (port) => node(site, fixture("bare-greeter.cjs"), `${port}`)),
        idle(CONSTRAINTS, (port) => constraints.appd("myproject", "-p", `${port}`)),
        idle(PLAIN, (port) => plain.appd("myproject", "-p", `${port}`)),
      ],
      Math.min(runs, 5),
    );
    const medians = mediansOf(comparison);
    const findings = [CONSTRAINTS, PLAIN].map((what) => {
      const more = comparison.median(what).wall - comparison.median(BARE).wall;
      return {
        what,
        against: BARE,
        note: `+${more.toFixed(1)} MiB`,
        target: `≤ +${LIMIT}`,
        met: more <= LIMIT,
      };
    });
    return { findings, medians };
  },
};

function idle(name: string, command: (port: number) => Command): Candidate {
  return {
    name,
    async measure() {
      const listening = await Listening.from(command);
      await new Promise((resolve) => setTimeout(resolve, SETTLED));
      const wall = memoryOf(listening.pid);
      await listening.end();
      if (wall === undefined) throw new Error("the memory of a process can't be read here");
      return { wall };
    },
  };
}
