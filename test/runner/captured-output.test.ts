import { captureOutput } from "../../src/runner/captured-output";
import { openProcessLog } from "../../src/runner/process-log";
import { systemWorld } from "../../src/runner/system-world";
import { FakeWorld } from "./fake-world";

function captured(print: (world: FakeWorld) => void) {
  const world = new FakeWorld();
  const { front } = openProcessLog(world);
  captureOutput(world, front);
  print(world);
  front.flush();
  return world.stderr.records;
}

describe("TL-15: what is printed in a daemon", () => {
  it("is logged, a line a line, with the stream and its level", () => {
    const lines = captured((world) => {
      world.print("stdout", "hello\nwor");
      world.print("stderr", "oh no\n");
      world.print("stdout", "ld\n");
    });
    expect(lines.map(({ level, stream, msg }) => [level, stream, msg])).toEqual([
      [30, "stdout", "hello"],
      [50, "stderr", "oh no"],
      [30, "stdout", "world"],
    ]);
  });

  it("is logged at the end where it has no end of a line", () => {
    const lines = captured((world) => {
      world.print("stdout", "last words");
      world.print("stderr", "a last cry");
    });
    expect(lines.map(({ msg }) => msg)).toEqual(["last words", "a last cry"]);
  });

  it("is no template, and moves nobody's cursor", () => {
    const [line] = captured((world) => world.print("stdout", "100%d \u001b[2J %s\n"));
    expect(line).toMatchObject({ msg: "100%d \u001b[2J %s" });
  });
});

describe("the streams of the process", () => {
  it("are captured in all the ways in which they are written to, and come back", () => {
    const taken: string[] = [];
    const { stdout, stderr } = process;
    const before = [stdout.write, stderr.write];
    const end = systemWorld().captureOutput((stream, bytes) => {
      taken.push(`${stream} ${Buffer.from(bytes).toString()}`);
    });
    let called = 0;
    const done = (): void => {
      called++;
    };
    const results = [
      stdout.write("text"),
      stderr.write(Buffer.from("bytes"), done),
      stdout.write("aGV4", "base64", done),
    ];
    end();
    expect(taken).toEqual(["stdout text", "stderr bytes", "stdout hex"]);
    expect(results).toEqual([true, true, true]);
    expect([stdout.write, stderr.write]).toEqual(before);
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        expect(called).toBe(2);
        resolve();
      });
    });
  });
});
