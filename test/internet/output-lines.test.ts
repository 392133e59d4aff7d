import { OutputLines } from "../../src/internet/output-lines";

function linesOf(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const output = new OutputLines((line) => lines.push(line));
  for (const chunk of chunks) output.push(Buffer.from(chunk as string));
  output.end();
  return lines;
}

describe("OutputLines", () => {
  it.each<[string, (string | Buffer)[], string[]]>([
    ["lines of one chunk", ["one\ntwo\n"], ["one", "two"]],
    ["a line of several chunks", ["o", "n", "e\n"], ["one"]],
    ["a last line that has no end", ["one\ntwo"], ["one", "two"]],
    ["empty lines, and none at the end", ["one\n\ntwo\n"], ["one", "", "two"]],
    ["lines that end as on Windows", ["one\r", "\ntwo\r\n"], ["one", "two"]],
    ["nothing", [], []],
  ])("RN-07: gives %s", (_what, chunks, lines) => {
    expect(linesOf(...chunks)).toEqual(lines);
  });

  it("RN-07: puts characters together that came in parts", () => {
    const [first, ...rest] = Buffer.from("für\n");
    expect(linesOf(Buffer.from([first ?? 0, rest[0] ?? 0]), Buffer.from(rest.slice(1)))).toEqual(["für"]);
  });

  it.each([
    [[0x61, 0xff, 0x62], "a\\xffb"],
    [[0xc3, 0xbc, 0xc3], "ü\\xc3"],
    [[0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f, 0x61], "😀\\xf0\\x9fa"],
  ])("RN-07: escapes bytes that are no text: %j", (bytes, text) => {
    expect(linesOf(Buffer.from(bytes))).toEqual([text]);
  });

  it("gives a very long line in pieces, none of which ends within a character, and keeps little of it", () => {
    const letters = "ü".repeat(20_001);
    const lines = linesOf("a", letters.slice(0, 9_000), letters.slice(9_000), "\nend\n");
    expect(lines.map((line) => line.length)).toEqual([8_193, 8_193, 3_618, 3]);
    expect(lines.slice(0, 3).join("").replaceAll("…", "")).toBe(`a${letters}`);
  });
});
