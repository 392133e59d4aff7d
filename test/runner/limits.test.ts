import { readFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { SILENT } from "../../src/log/silent-logger";
import type { RunView } from "../../src/runner/companion";
import { LimitError, LimitSetupError } from "../../src/runner/errors";
import { setLimit, type SetLimit, type Unset } from "../../src/runner/limits";
import { limitsCompanion } from "../../src/runner/limits-companion";
import { describeWith } from "../programs";
import { FakeWorld } from "./fake-world";

const run = { world: new FakeWorld(), log: SILENT } as unknown as RunView;

function setter(outcome?: Unset): { readonly set: SetLimit; readonly calls: unknown[][] } {
  const calls: unknown[][] = [];
  const set: SetLimit = (...call) => {
    calls.push(call);
    return Promise.resolve(outcome);
  };
  return { set, calls };
}

describe("limitsCompanion", () => {
  it("W-50: sets how many files may be open", async () => {
    const { set, calls } = setter();
    await limitsCompanion({ nofile: 4096, daemon: false, set, dumps: () => true }).prepare?.(run);
    expect(calls).toEqual([["nofile", 4096, 4711]]);
  });

  it("W-50: ends the start where that is not permitted, or nothing could do it", async () => {
    const refused = (outcome: Unset) =>
      limitsCompanion({ nofile: 4096, daemon: false, set: setter(outcome).set }).prepare?.(run);
    await expect(refused("forbidden")).rejects.toThrow(LimitError);
    await expect(refused("no program")).rejects.toThrow(LimitSetupError);
  });

  it("keeps a daemon from leaving its memory in a file, where it would", async () => {
    const { set, calls } = setter("forbidden");
    await limitsCompanion({ nofile: undefined, daemon: true, set, dumps: () => true }).prepare?.(run);
    await limitsCompanion({ nofile: undefined, daemon: true, set, dumps: () => false }).prepare?.(run);
    await limitsCompanion({ nofile: undefined, daemon: false, set, dumps: () => true }).prepare?.(run);
    expect(calls).toEqual([["core", 0, 4711]]);
  });
});

describeWith("prlimit")("setLimit", () => {
  it("W-50: sets both limits of a process", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    expect(await setLimit("nofile", 200, child.pid ?? 0)).toBeUndefined();
    const limits = readFileSync(`/proc/${child.pid}/limits`, "utf8");
    child.kill();
    expect(limits).toMatch(/^Max open files\s+200\s+200\s/m);
  });

  it("says that more than the system has is forbidden", async () => {
    expect(await setLimit("nofile", 2 ** 40, process.pid)).toBe("forbidden");
  });
});
