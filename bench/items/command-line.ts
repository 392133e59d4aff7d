import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { environment } from "../harness/child";
import { Comparison, type Sample } from "../harness/compare";
import { judge, mediansOf, type Item } from "../harness/finding";
import { fixture } from "../harness/project";

const run = promisify(execFile);

/** (e) Twelve options read 1,000 times in one warm process, without constraints, which the others don't have. */
export const commandLine: Item = {
  name: "command-line",
  title: "argv to typed values",
  async measure({ runs }) {
    const words = ["--require", "esbuild-register", fixture("command-line/main.cjs"), `${runs}`];
    const { stdout } = await run(process.execPath, words, { env: environment() });
    const comparison = new Comparison(
      new Map(Object.entries(JSON.parse(stdout) as Record<string, Sample[]>)),
    );
    const each = comparison.median("appd").wall;
    return {
      findings: [
        {
          ...judge("appd", "commander", { ...comparison.ratio("appd", "commander"), atMost: 1 }),
          note: `${each.toFixed(0)} µs a command line`,
        },
        judge("appd", "yargs", comparison.ratio("appd", "yargs")),
      ],
      medians: mediansOf(comparison),
    };
  },
};
