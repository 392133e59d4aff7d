import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunView } from "../../src/runner/companion";
import { deathReport } from "../../src/runner/death-report";
import { FakeWorld } from "./fake-world";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "appd-death-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

function started(): { readonly world: FakeWorld; readonly lines: string[] } {
  const lines: string[] = [];
  const line = (first: unknown, ...rest: unknown[]): void =>
    void lines.push([first, ...rest].filter((part) => typeof part === "string").join(" | "));
  const world = new FakeWorld();
  const log = { debug: line, error: line };
  void deathReport({ uid: undefined }).prepare?.({
    world,
    log,
    logFile: at("web.log"),
  } as unknown as RunView);
  return { world, lines };
}

describe("the report of a death", () => {
  it("lies beside the log", () => {
    expect(started()).toMatchObject({ world: { death: at("web.crash.json") }, lines: [] });
  });

  it("is told of by the next start, once, and then kept until there is another", () => {
    const header = { event: "Allocation failed - JavaScript heap out of memory", processId: 4711 };
    const report = { header: { ...header, dumpEventTime: "2026-11-23T06:09:37Z" } };
    writeFileSync(at("web.crash.last.json"), "the one before");
    writeFileSync(at("web.crash.json"), JSON.stringify(report));
    const { lines } = started();
    expect(lines.join()).toContain("process 4711 died at 2026-11-23T06:09:37Z: " + header.event);
    expect(lines.join()).toContain(at("web.crash.last.json"));
    expect(readdirSync(folder)).toEqual(["web.crash.last.json"]);
    expect(started().lines).toEqual([]);
  });

  it("is told of in a few words where it can't be read", () => {
    for (const text of ["garbage", '{"header":{"event":', "\0".repeat(1e6)]) {
      writeFileSync(at("web.crash.json"), text);
      expect(started().lines.join()).toContain("Node has left a report of how the last run died");
    }
  });

  it("is not read from where a link leads", () => {
    writeFileSync(at("shadow"), '{"event":"secret"}');
    symlinkSync(at("shadow"), at("web.crash.json"));
    expect(started().lines.join()).not.toContain("secret");
    expect(existsSync(at("shadow"))).toBe(true);
  });

  it("is not left where others could lead it elsewhere", () => {
    chmodSync(folder, 0o777);
    const { world, lines } = started();
    expect(world.death).toBeUndefined();
    expect(lines.join()).toContain("others can write");
  });
});
