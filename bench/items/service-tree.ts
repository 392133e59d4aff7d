import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { environment } from "../harness/child";
import { compare, type Candidate } from "../harness/compare";
import { mediansOf, type Item } from "../harness/finding";
import { fixture, Project } from "../harness/project";

const run = promisify(execFile);
const FEW = 1_000;
const MANY = 10_000;
/** Ten times the services may take ten times as long, and what measuring blurs. */
const LINEAR = 1.5;

/** (f) Start and stop of trees of services; linear when each of many costs what each of few does. */
export const serviceTree: Item = {
  name: "service-tree",
  title: "start and stop of a service tree",
  async measure({ site, runs }) {
    const project = new Project(site, "tree", {});
    const index = `${project.folder}/node_modules/appd/dist/index.js`;
    const shapes = ["flat", "tens"] as const;
    const comparison = await compare(
      shapes.flatMap((shape) => [tree(index, FEW, shape), tree(index, MANY, shape)]),
      runs,
    );
    const findings = shapes.map((shape) => {
      const { wall } = comparison.ratio(nameOf(MANY, shape), nameOf(FEW, shape));
      const growth = wall / (MANY / FEW);
      const total = comparison.median(nameOf(MANY, shape)).wall;
      return {
        what: `each of ${nameOf(MANY, shape)}`,
        against: `each of ${nameOf(FEW, shape)}`,
        wall: growth,
        target: `≤ ${LINEAR}`,
        met: growth <= LINEAR,
        note: `${total.toFixed(0)} ms in all`,
      };
    });
    return { findings, medians: mediansOf(comparison) };
  },
};

const nameOf = (count: number, shape: string): string =>
  `${count} services${shape === "flat" ? " side by side" : ", ten to a parent"}`;

function tree(index: string, count: number, shape: string): Candidate {
  return {
    name: nameOf(count, shape),
    async measure() {
      const words = [fixture("service-tree.cjs"), index, `${count}`, shape];
      const { stdout } = await run(process.execPath, words, { env: environment() });
      const { start, stop } = JSON.parse(stdout) as { start: number; stop: number };
      return { wall: start + stop };
    },
  };
}
