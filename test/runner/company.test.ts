import { Company } from "../../src/runner/company";
import type { Companion, RunView } from "../../src/runner/companion";
import { SILENT } from "../../src/log/silent-logger";

const run = { log: SILENT } as RunView;
const companyOf = (...companions: Companion[]): Company =>
  new Company(() => Promise.resolve(companions), run);

function told(): {
  readonly heard: string[];
  readonly companion: (name: string, but?: Companion) => Companion;
} {
  const heard: string[] = [];
  const companion = (name: string, but: Companion = {}): Companion => ({
    prepare: () => void heard.push(`${name} prepare`),
    made: () => void heard.push(`${name} made`),
    stopping: (_, reason) => heard.push(`${name} stopping: ${reason}`),
    ended: (_, status) => heard.push(`${name} ended ${status}`),
    ...but,
  });
  return { heard, companion };
}

describe("the company of a run", () => {
  it("goes through the beginning in order and through the end in reverse", async () => {
    const { heard, companion } = told();
    const company = companyOf(companion("pidfile"), companion("socket"));

    await company.made();
    company.stopping("SIGTERM");
    company.ended(0);

    expect(heard).toEqual([
      "pidfile prepare",
      "socket prepare",
      "pidfile made",
      "socket made",
      "socket stopping: SIGTERM",
      "pidfile stopping: SIGTERM",
      "socket ended 0",
      "pidfile ended 0",
    ]);
  });

  it("tells of the end once, and only whom had begun", async () => {
    const { heard, companion } = told();
    const fails = companion("socket", { prepare: () => Promise.reject(new Error("no folder")) });
    const company = companyOf(companion("pidfile"), fails, companion("notify"));

    await expect(company.prepare()).rejects.toThrow("no folder");
    company.ended(73);
    company.ended(73);

    expect(heard).toEqual(["pidfile prepare", "socket ended 73", "pidfile ended 73"]);
  });

  it("lets nobody keep the others from their end", async () => {
    const { heard, companion } = told();
    const throws = (): never => {
      throw new Error("the disk is gone");
    };
    const company = companyOf(companion("pidfile"), companion("socket", { ended: throws }));

    await company.prepare();
    company.ended(0);

    expect(heard).toEqual(["pidfile prepare", "socket prepare", "pidfile ended 0"]);
  });
});
