import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Generations } from "../../src/log/generations";
import { LogCompressor } from "../../src/log/log-compressor";
import { RotatingFile } from "../../src/log/rotating-file";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appd-compress-"));
  path = join(folder, "x.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const names = (): string[] => readdirSync(folder).sort();
const unzipped = (name: string): string => gunzipSync(readFileSync(join(folder, name))).toString();
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

async function until(done: () => boolean): Promise<void> {
  for (let turns = 0; !done(); turns++) {
    if (turns > 10_000) throw new Error(`still waiting, with ${names().join(" ")}`);
    await turn();
  }
}

function compressor(keep = 10): { readonly failures: unknown[]; readonly generations: Generations } {
  const failures: unknown[] = [];
  const generations = new Generations(path, keep);
  new LogCompressor(generations, { failed: (error) => failures.push(error), delay: 0 }).soon();
  return { failures, generations };
}

describe("old log files", () => {
  it("are compressed with their mode, the one in use is not", async () => {
    const file = new RotatingFile(path, { maxSize: 4, compress: true, compressDelay: 0 });
    chmodSync(path, 0o604);
    file.writeSome("abc\n", 4);
    file.writeSome("def\n", 4);
    await until(() => existsSync(`${path}.1.gz`) && names().length === 2);
    expect(unzipped("x.log.1.gz")).toBe("abc\n");
    expect(statSync(`${path}.1.gz`).mode & 0o777).toBe(0o604);
    expect(names()).toEqual(["x.log", "x.log.1.gz"]);
  });

  it("that a run before has left are compressed, too", async () => {
    for (const n of [1, 2, 4]) writeFileSync(`${path}.${n}`, `old ${n}`);
    compressor();
    await until(() => names().length === 3 && names().every((name) => name.endsWith(".gz")));
    expect([1, 2, 4].map((n) => unzipped(`x.log.${n}.gz`))).toEqual(["old 1", "old 2", "old 4"]);
  });

  it("are compressed anew where a crash has left both: only the source is sure to be whole", async () => {
    writeFileSync(`${path}.1`, "whole");
    writeFileSync(`${path}.1.gz`, gzipSync("wh"));
    compressor();
    await until(() => !existsSync(`${path}.1`));
    expect(unzipped("x.log.1.gz")).toBe("whole");
  });

  it("that become older meanwhile are compressed under their new number", async () => {
    writeFileSync(path, "current");
    writeFileSync(`${path}.1`, "x".repeat(5_000_000));
    const { generations } = compressor();
    await until(() => existsSync(generations.temporary));
    generations.shift();
    await until(() => existsSync(`${path}.2.gz`) && !existsSync(`${path}.2`));
    expect(unzipped("x.log.2.gz")).toHaveLength(5_000_000);
  });

  it("that go meanwhile leave nothing", async () => {
    writeFileSync(path, "current");
    writeFileSync(`${path}.1`, "x".repeat(5_000_000));
    const { generations } = compressor(1);
    await until(() => existsSync(generations.temporary));
    generations.shift();
    await until(() => existsSync(`${path}.1.gz`) && names().length === 1);
    expect(unzipped("x.log.1.gz")).toBe("current");
  });

  it("to which somebody still writes are left until nobody does", async () => {
    writeFileSync(`${path}.1`, "x".repeat(5_000_000));
    const { generations } = compressor();
    await until(() => existsSync(generations.temporary));
    appendFileSync(`${path}.1`, "last words");
    await until(() => existsSync(`${path}.1.gz`) && !existsSync(`${path}.1`));
    expect(unzipped("x.log.1.gz")).toMatch(/xlast words$/);
  });

  it("are compressed after what a crash has left of that is removed", async () => {
    writeFileSync(`${path}.1`, "whole");
    writeFileSync(`${path}.gz.tmp`, "half");
    const hourAgo = Date.now() / 1_000 - 3_600;
    utimesSync(`${path}.gz.tmp`, hourAgo, hourAgo);
    compressor();
    await until(() => names().join() === "x.log.1.gz");
    expect(unzipped("x.log.1.gz")).toBe("whole");
  });

  it("are left alone while somebody else compresses them", async () => {
    writeFileSync(`${path}.1`, "whole");
    writeFileSync(`${path}.gz.tmp`, "half");
    const { failures } = compressor();
    for (let turns = 0; turns < 10; turns++) await turn();
    expect(names()).toEqual(["x.log.1", "x.log.gz.tmp"]);
    expect(failures).toEqual([]);
  });

  it("that are links are not followed", async () => {
    writeFileSync(join(folder, "victim"), "precious");
    symlinkSync(join(folder, "victim"), `${path}.1`);
    const { failures } = compressor();
    await until(() => failures.length > 0);
    expect(failures[0]).toMatchObject({ code: "ELOOP" });
    expect(names()).toEqual(["victim", "x.log.1"]);
  });
});
