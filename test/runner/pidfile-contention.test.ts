import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TRIES = 200;

/** Processes that claim the same pidfile in the same moment. */
class Contenders {
  readonly #children: ChildProcess[];

  private constructor(children: ChildProcess[]) {
    this.#children = children;
  }

  static async start(count: number): Promise<Contenders> {
    const children = Array.from({ length: count }, () =>
      fork(join(__dirname, "fixtures/contender.ts"), {
        execArgv: ["-r", require.resolve("esbuild-register")],
      }),
    );
    await Promise.all(children.map((child) => once(child, "message")));
    return new Contenders(children);
  }

  get pids(): (number | undefined)[] {
    return this.#children.map(({ pid }) => pid);
  }

  async claim(path: string): Promise<unknown[]> {
    return this.#ask({ path, at: Date.now() + 3 });
  }
  async release(): Promise<void> {
    await this.#ask({ at: 0 });
  }
  end(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  async #ask(message: object): Promise<unknown[]> {
    const answers = this.#children.map(async (child) => ((await once(child, "message")) as unknown[])[0]);
    for (const child of this.#children) child.send(message);
    return Promise.all(answers);
  }
}

describe("Processes that claim the same pidfile at once", () => {
  let folder: string;
  let contenders: Contenders;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "appd-contention-"));
    contenders = await Contenders.start(4);
  });
  afterAll(() => {
    contenders.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const stale = (path: string): void => writeFileSync(path, "999999999\n1\nstale\n");
  const situations: [string, (path: string) => void][] = [
    ["nothing is there", () => {}],
    ["that of one that has ended is there", stale],
    ["an empty one is there", (path) => writeFileSync(path, "")],
    [
      "one that was killed while it replaced a stale one has left its lock, too",
      (path) => {
        stale(path);
        symlinkSync("999999999-1", join(folder, ".x.pid.lock"));
        symlinkSync("999999999-1", join(folder, ".x.pid.lock.lock"));
      },
    ],
  ];

  it.each(situations)(`W-13: one wins, each of ${TRIES} times, where %s`, async (_, prepare) => {
    const path = join(folder, "x.pid");
    const outcomes = new Map<string, number>();
    for (let tries = 0; tries < TRIES; tries += 1) {
      prepare(path);
      const answers = await contenders.claim(path);
      const outcome = answers.toSorted().join(" ");
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const winner = contenders.pids[answers.indexOf("won")];
      expect(readFileSync(path, "utf8").split("\n")[0]).toBe(String(winner));
      await contenders.release();
      expect(readdirSync(folder)).toEqual([]);
    }
    const lost = "APPD_ALREADY_RUNNING";
    expect([...outcomes]).toEqual([[`${lost} ${lost} ${lost} won`, TRIES]]);
  });
});
