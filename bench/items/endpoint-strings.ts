import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../harness/child";
import { Comparison, type Sample } from "../harness/compare";
import { mediansOf, type Item } from "../harness/finding";
import { fixture, Project } from "../harness/project";

const run = promisify(execFile);

/** (n) Endpoint strings that are read a second, in one warm process. */
export const endpointStrings: Item = {
  name: "endpoint-strings",
  title: "endpoint strings read",
  async measure({ site, runs }) {
    const index = join(new Project(site, "strings", {}).folder, "node_modules/appd/dist/index.js");
    const words = [fixture("endpoint-strings.cjs"), index, `${runs}`];
    const { stdout } = await run(process.execPath, words, { env: environment() });
    const comparison = new Comparison(
      new Map(Object.entries(JSON.parse(stdout) as Record<string, Sample[]>)),
    );
    const findings = [...comparison.samples.keys()].map((text) => {
      const { wall, cpu = wall } = comparison.median(text);
      return { what: text, against: "", note: `${Math.round(1e6 / cpu)} thousand a second (of CPU)` };
    });
    return { findings, medians: mediansOf(comparison) };
  },
};
