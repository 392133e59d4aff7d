import { WholeLines } from "../../src/log/whole-lines";

function linesOf(...pieces: readonly (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const whole = new WholeLines((line) => lines.push(line));
  for (const piece of pieces) whole.add(Buffer.from(piece as string));
  whole.end();
  return lines;
}

describe("WholeLines", () => {
  it("makes lines of pieces that end anywhere, and ends what has no end", () => {
    expect(linesOf("a", "b\nc\n\nd", "e")).toEqual(["ab", "c", "", "de"]);
  });

  it("takes the end of a line that Windows has, and no other carriage return", () => {
    expect(linesOf("a\r\nb\rc\r", "\n")).toEqual(["a", "b\rc"]);
  });

  it("puts a character together that came in two pieces", () => {
    const bytes = Buffer.from("é€😀\n");
    expect(linesOf(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(["é€😀"]);
  });

  it("takes any bytes", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(linesOf(bytes)).toHaveLength(2);
    expect(linesOf(Uint8Array.of(0xff, 0xfe, 10))).toEqual(["\ufffd\ufffd"]);
  });

  it("hands on a line without end in pieces that cut no character", () => {
    const lines = linesOf("é".repeat(100_000), "x\nnext");
    expect(lines.every((line) => Buffer.byteLength(line) <= 65_536 && !line.includes("\ufffd"))).toBe(true);
    expect(lines.slice(0, -1).join("")).toBe(`${"é".repeat(100_000)}x`);
    expect(lines.at(-1)).toBe("next");
  });

  it("has nothing to say of nothing", () => {
    expect(linesOf()).toEqual([]);
    expect(linesOf("", "")).toEqual([]);
  });
});
