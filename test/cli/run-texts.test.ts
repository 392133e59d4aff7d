import { durationText, memoryText, secondsText, sinceText, table } from "../../src/cli/run-texts";
import { listeningAt } from "../../src/runner/listening-at";

describe("what is said of a run", () => {
  it.each([
    [0, "0 s"],
    [999, "0 s"],
    [-5_000, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_725_000, "1 h 2 min"],
    [3_605_000, "1 h"],
    [7 * 86_400_000 + 3_600_000, "7 d 1 h"],
  ])("has durations in two units: %d", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it("has times where it is read, seconds and megabytes", () => {
    const at = new Date(2026, 0, 2, 3, 4, 5);
    expect(sinceText(at.toISOString())).toBe("2026-01-02 03:04:05");
    expect([secondsText(1_234), secondsText(2_000)]).toEqual(["1.2 s", "2 s"]);
    expect(memoryText(64 * 1024 * 1024 + 1)).toBe("64 MiB");
  });

  it("W-33: stands in columns, and moves no cursor", () => {
    expect(table(["A", "LONG"], [["x\u001b[2J", "y".repeat(100)]])).toBe(
      `A           LONG\nx\\u001b[2J  ${"y".repeat(100)}\n`,
    );
  });
});

describe("where services listen", () => {
  const service = (details: Record<string, unknown> | undefined, ...children: object[]) =>
    ({ path: "x", kind: "X", state: "started", children, ...(details && { details }) }) as Parameters<
      typeof listeningAt
    >[0];

  it("W-33: is what they tell of themselves, at any depth", () => {
    const tree = service(
      undefined,
      service({ address: { address: "::", family: "IPv6", port: 80 } }, service({ address: "/run/x.sock" })),
      service({ address: { address: "127.0.0.1", family: "IPv4", port: 53 }, endpoint: "udp:53" }),
    );
    expect(listeningAt(tree)).toEqual(["[::]:80", "/run/x.sock", "127.0.0.1:53/udp"]);
  });

  it("is nothing where something else is called an address", () => {
    const odd = [
      { address: null },
      { address: 5 },
      { address: {} },
      { address: "" },
      { error: "it can't tell" },
    ];
    expect(listeningAt(service({}, ...odd.map((details) => service(details))))).toEqual([]);
  });
});
