import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../harness/child";
import { compare, type Candidate, type Sample } from "../harness/compare";
import { judge, mediansOf, type Item } from "../harness/finding";
import { fixture, Project } from "../harness/project";

const run = promisify(execFile);
const LOGINS = 40_000;
const PORTAL = "a login at a portal, ns";
const PASSPORT = "passport-local, ns";
const CHAIN = "a bare async chain, ns";
const WORK = "… that compares and writes the line, ns";

/** (g) What a portal adds to a login: users in memory, audit line and throttle; the line goes nowhere. */
export const login: Item = {
  name: "login",
  title: "logins at a portal",
  async measure({ site, runs }) {
    const index = join(new Project(site, "login", {}).folder, "node_modules/appd/dist/index.js");
    const comparison = await compare(
      [
        candidate(PORTAL, index, "portal"),
        candidate(PASSPORT, index, "passport"),
        candidate(CHAIN, index, "chain"),
        candidate(WORK, index, "work"),
      ],
      runs,
    );
    // Times are for one login, so that less is more logins.
    const passport = judge(PORTAL, PASSPORT, { ...comparison.ratio(PASSPORT, PORTAL), atLeast: 1 });
    const { wall } = comparison.median(PORTAL);
    return {
      findings: [
        { ...passport, note: `${Math.round(1e9 / wall)} a second` },
        judge(PORTAL, CHAIN, comparison.ratio(PORTAL, CHAIN)),
        judge(PORTAL, WORK, comparison.ratio(PORTAL, WORK)),
      ],
      medians: mediansOf(comparison),
    };
  },
};

function candidate(name: string, index: string, kind: string): Candidate {
  return {
    name,
    async measure() {
      const words = [fixture("login.cjs"), index, kind, `${LOGINS}`];
      const { stdout } = await run(process.execPath, words, { env: environment() });
      return JSON.parse(stdout) as Sample;
    },
  };
}
