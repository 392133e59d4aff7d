import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, Listening } from "../harness/child";
import { median } from "../harness/compare";
import type { Findings, Item } from "../harness/finding";
import { openLoop, percentile, type Answer } from "../harness/open-loop";
import { fixture, node, Project } from "../harness/project";

const SECONDS = 5;
/** Logins attempted a second, each by another user. */
const LOGINS = 200;
const OPEN = 100;
const PASSWORD = "s3cret";

/** (h) What everybody else feels of many logins at once, each of which costs an argon2id hash. */
export const loginStorm: Item = {
  name: "login-storm",
  title: "an open route while 200 argon2id logins a second are attempted",
  async measure({ site, runs }) {
    const project = new Project(site, "login-storm", {});
    const index = join(project.folder, "node_modules/appd/dist/index.js");
    const file = manyUsers(project, LOGINS * SECONDS);
    const server = await Listening.from((port) =>
      node(project.folder, fixture("login-storm.cjs"), index, file, `${port}`),
    );
    try {
      await turn(server, true);
      const turns: Turn[] = [];
      for (let count = 0; count < Math.min(runs, 5); count++)
        turns.push(await turn(server, false), await turn(server, true));
      return found(turns);
    } finally {
      await server.end();
    }
  },
};

/** A password file in which all have the same password, and the same hash: it is verified anew for each. */
function manyUsers(project: Project, count: number): string {
  const file = join(project.folder, "users.passwd");
  const [program, ...words] = project.appd("passwd", "add", "--hash", "argon2id", file, "user0").words;
  execFileSync(program, words, { cwd: project.folder, env: environment(), input: `${PASSWORD}\n` });
  const hash = readFileSync(file, "utf8").trim().slice("user0:".length);
  const lines = Array.from({ length: count }, (_, user) => `user${user}:${hash}\n`);
  writeFileSync(file, lines.join(""));
  return file;
}

interface Turn {
  readonly stormy: boolean;
  /** Milliseconds. */
  readonly open: number;
  readonly delay: number;
  readonly logins: readonly Answer[];
}

async function turn({ port }: Listening, stormy: boolean): Promise<Turn> {
  const url = `http://127.0.0.1:${port}`;
  const delay = async (): Promise<{ p99: number }> =>
    (await (await fetch(`${url}/delay`)).json()) as { p99: number };
  await delay();
  const [open, logins] = await Promise.all([
    openLoop({ url: () => `${url}/open`, perSecond: OPEN, seconds: SECONDS }),
    stormy ? attempts(`${url}/login`) : [],
  ]);
  return {
    stormy,
    open: percentile(
      open.map(({ took }) => took),
      99,
    ),
    delay: (await delay()).p99,
    logins,
  };
}

const attempts = (url: string): Promise<Answer[]> =>
  openLoop({
    url: () => url,
    headers: (user) => ({ Authorization: `Basic ${btoa(`user${user}:${PASSWORD}`)}` }),
    perSecond: LOGINS,
    seconds: SECONDS,
  });

function found(turns: readonly Turn[]): Findings {
  const [calm, stormy] = [turns.filter((one) => !one.stormy), turns.filter((one) => one.stormy)];
  const before = median(calm.map(({ open }) => open));
  const during = median(stormy.map(({ open }) => open));
  const delay = median(stormy.map((one) => one.delay));
  const logins = stormy.flatMap((one) => one.logins);
  const taken = (status: number): number[] =>
    logins.filter((answer) => answer.status === status).map(({ took }) => took);
  const [answered, refused] = [taken(200), taken(503)];
  const wall = during / before;
  return {
    findings: [
      {
        what: "p99 of an open route, during",
        against: "before",
        wall,
        target: "≤ 3",
        met: wall <= 3,
        note: `${during.toFixed(1)} ms, ${before.toFixed(1)} ms`,
      },
      {
        what: "p99 of the event loop's delay",
        against: "",
        note: `${delay.toFixed(1)} ms`,
        target: "< 50 ms",
        met: delay < 50,
      },
      { what: "logins answered", against: "", note: share(answered, logins) },
      { what: "logins refused by the queue", against: "", note: share(refused, logins) },
    ],
    medians: {
      "open route before, ms": { wall: before },
      "open route during, ms": { wall: during },
      "event loop's delay, ms": { wall: delay },
      "logins answered, median ms": { wall: median(answered) },
      "logins answered, p99 ms": { wall: percentile(answered, 99) },
    },
  };
}

function share(some: readonly number[], all: readonly Answer[]): string {
  if (some.length === 0) return `none of ${all.length}`;
  const [middle, late] = [median(some), percentile(some, 99)].map((time) => time.toFixed(0));
  return `${some.length} of ${all.length}, in ${middle ?? ""} ms (p99 ${late ?? ""} ms)`;
}
