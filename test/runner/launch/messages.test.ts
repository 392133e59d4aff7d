import { asLine, inPieces, Lines, readMessage } from "../../../src/runner/launch/messages";

describe("a message of a launched process", () => {
  it.each([
    { out: "text" },
    { err: 'with "quotes",\nlines and \u001b' },
    { alive: true as const },
    { begun: { log: "/x" } },
    { begun: {} },
    { started: { pid: 1, log: "/x", stopTimeout: 30_000 } },
    { started: { pid: 1 } },
    { exit: 0, by: "SIGTERM" },
    { died: "SIGKILL" as const },
    { stop: "SIGINT" as const },
  ])("is read as it was said: %j", (message) => {
    expect(asLine(message)).toMatch(/^[^\n]*\n$/);
    expect(readMessage(asLine(message))).toEqual(message);
  });

  it.each([
    "",
    "no JSON",
    "null",
    "[1]",
    '"text"',
    '{"out":1}',
    '{"unknown":true}',
    '{"exit":"0"}',
    '{"exit":-1}',
    '{"died":"SIGNOTHING"}',
    '{"stop":"SIGKILL"}',
    '{"started":{}}',
    '{"started":{"pid":"1"}}',
    '{"begun":null}',
    '{"__proto__":{"exit":0}}',
  ])("is none otherwise: %s", (line) => {
    expect(readMessage(line)).toBeUndefined();
  });
});

describe("text in pieces", () => {
  it("is the same when it is put together, and no character is torn", () => {
    const text = `${"x".repeat(32_767)}${"🙂".repeat(40_000)}\nend`;
    const pieces = inPieces(text, (err) => ({ err })).map(({ err = "" }) => err);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join("")).toBe(text);
    expect(pieces.every((piece) => Buffer.from(piece).toString() === piece)).toBe(true);
  });

  it("is no piece at all when there is none", () => {
    expect(inPieces("", (err) => ({ err }))).toEqual([]);
  });
});

describe("lines", () => {
  function read(...pieces: readonly string[]): string[] {
    const heard: string[] = [];
    const lines = new Lines((line) => heard.push(line));
    for (const piece of pieces) lines.add(piece);
    lines.end();
    return heard;
  }

  it("are put together from pieces", () => {
    expect(read("a", "b\nc\n\n", "d\ne")).toEqual(["ab", "c", "d", "e"]);
  });

  it("are dropped where they are too long, and those that follow are not", () => {
    expect(read("x".repeat(1_100_000), "rest\nnext\n")).toEqual(["next"]);
    expect(read("x".repeat(1_100_000))).toEqual([]);
  });
});
