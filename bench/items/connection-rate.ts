import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { cpuOf, Listening } from "../harness/child";
import { compare, type Candidate } from "../harness/compare";
import { judge, mediansOf, type Item } from "../harness/finding";
import { GOODBYE } from "../harness/plugins";
import { fixture, node, Project } from "../harness/project";

const BURST = 1_500;
/** So many callers connect, read to the end and connect anew. */
const CALLERS = 16;
const BARE = "bare net";
const OURS = "appd goodbye";

/** (k) Connections that are set up and ended, a second; CPU is what the server spends on one. */
export const connectionRate: Item = {
  name: "connection-rate",
  title: "connections a second",
  async measure({ site, runs }) {
    const project = new Project(site, "goodbye", GOODBYE);
    const bare = await Listening.from((port) => node(site, fixture("bare-goodbye.cjs"), `${port}`));
    const ours = await Listening.from((port) => project.appd("goodbye", "-p", `${port}`));
    const comparison = await compare([calledAt(BARE, bare), calledAt(OURS, ours)], runs);
    await Promise.all([bare.end(), ours.end()]);
    // Times are for one connection, so that less is more of them.
    const { wall, cpu } = comparison.ratio(BARE, OURS);
    const rate = Math.round(1_000 / comparison.median(OURS).wall);
    const finding = judge(OURS, BARE, { wall, cpu, atLeast: 0.95 });
    return { findings: [{ ...finding, note: `${rate} a second` }], medians: mediansOf(comparison) };
  },
};

function calledAt(name: string, { pid, port }: Listening): Candidate {
  return {
    name,
    async measure() {
      const before = cpuOf(pid);
      const begin = performance.now();
      const until = begin + BURST;
      const counts = await Promise.all(Array.from({ length: CALLERS }, () => callUntil(until, port)));
      const count = counts.reduce((sum, one) => sum + one, 0);
      const after = cpuOf(pid);
      const cpu = before === undefined || after === undefined ? undefined : (after - before) / count;
      return { wall: (performance.now() - begin) / count, cpu };
    },
  };
}

async function callUntil(until: number, port: number): Promise<number> {
  let calls = 0;
  for (; performance.now() < until; calls++) await call(port);
  return calls;
}

function call(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1").on("error", reject);
    socket.on("close", () => resolve()).resume();
  });
}
