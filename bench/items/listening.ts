import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { untilListening, type Command } from "../harness/child";
import { compare, type Candidate, type Comparison } from "../harness/compare";
import { judge, mediansOf, type Item } from "../harness/finding";
import { HELLO, withoutConstraints } from "../harness/plugins";
import { exampleFiles, fixture, node, Project } from "../harness/project";

const BARE = "a node script";
const CONSTRAINTS = "the example in TypeScript";
const PLAIN = "… without constraints";
const EDITED = "… after an edit";
const HELLO_HTTP = "an HTTP hello";
const NEST = "NestJS's HTTP hello";
const TWISTD = "twistd -n";

/** (b) From the start of the process to the first connection it takes. */
export const listening: Item = {
  name: "listening",
  title: "process start to listening",
  async measure({ site, runs }) {
    const comparison = await compare([...ours(site), ...others(site)], runs);
    const against = (base: string, what: string, atMost?: number) =>
      judge(what, base, {
        ...comparison.ratio(what, base),
        ...(atMost !== undefined && { atMost }),
      });
    return {
      findings: [
        against(BARE, CONSTRAINTS, 1.8),
        against(BARE, PLAIN, 1.3),
        against(BARE, EDITED, 2.2),
        against(NEST, HELLO_HTTP, 0.25),
        ...twistdFinding(comparison),
      ],
      medians: mediansOf(comparison),
    };
  },
};

function ours(site: string): Candidate[] {
  const files = exampleFiles();
  const constraints = new Project(site, "constraints", files);
  const plain = new Project(site, "plain", withoutConstraints());
  const edited = new Project(site, "edited", files);
  const hello = new Project(site, "hello", HELLO);
  let edits = 0;
  const edit = (): void =>
    edited.write({ "plugins/myproject.ts": `${files["plugins/myproject.ts"] ?? ""}// Edit ${++edits}.\n` });
  const start = (project: Project, name = "myproject") =>
    candidate((port) => project.appd(name, "-p", `${port}`));
  return [
    { name: BARE, ...candidate((port) => node(site, fixture("bare-greeter.cjs"), `${port}`)) },
    { name: CONSTRAINTS, ...start(constraints) },
    { name: PLAIN, ...start(plain) },
    { name: EDITED, prepare: edit, ...start(edited) },
    { name: HELLO_HTTP, ...start(hello, "hello") },
  ];
}

function others(site: string): Candidate[] {
  const nest = candidate((port) => node(site, fixture("nest-hello.mjs"), `${port}`));
  const cwd = join(site, "twisted");
  cpSync(fixture("twisted"), cwd, { recursive: true });
  const twistd = candidate((port) => ({
    words: ["env", "PYTHONPATH=.", "twistd", "-n", "--pidfile=", "greeter", "--port", `${port}`],
    cwd,
  }));
  return [{ name: NEST, ...nest }, ...(hasTwistd() ? [{ name: TWISTD, ...twistd }] : [])];
}

function twistdFinding(comparison: Comparison) {
  if (!comparison.samples.has(TWISTD)) {
    return [{ what: CONSTRAINTS, against: TWISTD, note: "twistd is not installed here" }];
  }
  return [judge(CONSTRAINTS, TWISTD, comparison.ratio(CONSTRAINTS, TWISTD))];
}

const candidate = (command: (port: number) => Command) => ({ measure: () => untilListening(command) });

function hasTwistd(): boolean {
  try {
    execFileSync("twistd", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
