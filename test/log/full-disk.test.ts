import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileOutput } from "../../src/log/file-output";
import { RotatingFile, type RotatingFileOptions } from "../../src/log/rotating-file";
import { describeAsRoot } from "../as-root";

let folder: string;
let path: string;

describeAsRoot("a log file on a disk that is full", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "appd-full-"));
    path = join(folder, "x.log");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "appd-test", folder]);
  });
  afterEach(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  const line = (n: number): string => `${n} ${"é".repeat(500)}\n`;
  const read = (): string => readFileSync(path, "utf8");

  function full(options: RotatingFileOptions = {}) {
    const file = new RotatingFile(path, options);
    const told: number[] = [];
    const output = new FileOutput(file.writeSome, { keep: 3_000, recovered: (lost) => told.push(lost) });
    for (let n = 0; n < 100; n++) output.write(line(n));
    return { file, output, told };
  }

  it("has whole lines only, as many as there is room for", () => {
    full();
    expect(read()).toMatch(/é\n$/);
    expect(statSync(path).size).toBeGreaterThan(64_000);
  });

  it("49: goes on when there is room, and says how many lines were lost", () => {
    const { output, told } = full();
    const written = read().trimEnd().split("\n").length;
    execFileSync("mount", ["-o", "remount,size=1m", folder]);
    output.flush();
    output.again();
    output.write("after\n");
    const lines = read().trimEnd().split("\n");
    expect(lines.slice(written).map((text) => text.split(" ")[0])).toEqual([
      `${written}`,
      `${written + 1}`,
      "after",
    ]);
    expect(told).toEqual([100 - written - 2]);
  });

  it("is removed to make room: a new one is begun, with what has waited, without a part of a line", () => {
    const { file, output } = full();
    unlinkSync(path);
    file.reopen();
    output.again();
    expect(read()).toMatch(/^\d+ é+\n\d+ é+\n$/);
  });

  it("makes room by itself where the oldest goes before the next one comes", () => {
    const { told, output } = full({ maxSize: 16_000, keep: 2 });
    output.write("after\n");
    expect(read()).toMatch(/after\n$/);
    expect(told).toEqual([]);
  });
});
