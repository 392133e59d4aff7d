import { takeInheritedSockets } from "../../src/runner/inherited-sockets";
import { LineLogger } from "../service/harness";
import { FakeWorld } from "./fake-world";

function take(environment: Record<string, string>): { sockets: unknown; lines: string[]; left: unknown } {
  const world = new FakeWorld();
  world.environment = { ...environment, HOME: "/root" };
  const logger = new LineLogger();
  const sockets = takeInheritedSockets(world, logger);
  return { sockets, lines: logger.lines, left: world.environment };
}

describe("takeInheritedSockets", () => {
  it("SD-01: gives those that are for this process, from 3 on, with their names", () => {
    expect(take({ LISTEN_PID: "4711", LISTEN_FDS: "2", LISTEN_FDNAMES: "web:admin" })).toEqual({
      sockets: [
        { fd: 3, name: "web" },
        { fd: 4, name: "admin" },
      ],
      lines: [],
      left: { HOME: "/root" },
    });
  });

  it("SD-01: gives them without names where there are none", () => {
    expect(take({ LISTEN_PID: "4711", LISTEN_FDS: "1" }).sockets).toEqual([{ fd: 3, name: undefined }]);
  });

  it.each([
    ["there are no variables", {}, []],
    ["there are none", { LISTEN_PID: "4711", LISTEN_FDS: "0" }, []],
    ["nobody says for whom", { LISTEN_FDS: "1" }, []],
    ["they are for another process", { LISTEN_PID: "1", LISTEN_FDS: "1" }, ["info"]],
    ["the process is no number", { LISTEN_PID: "me", LISTEN_FDS: "1" }, ["warn"]],
    ["their count is no number", { LISTEN_PID: "4711", LISTEN_FDS: "-1" }, ["warn"]],
    ["their count can't be", { LISTEN_PID: "4711", LISTEN_FDS: "4000000000" }, ["warn"]],
    ["names are missing", { LISTEN_PID: "4711", LISTEN_FDS: "2", LISTEN_FDNAMES: "web" }, ["warn"]],
  ])("SD-01: gives none where %s, and removes the variables", (_, environment, levels) => {
    const { sockets, lines, left } = take(environment);
    expect(sockets).toEqual([]);
    expect(lines.map((line) => line.split(" ", 1)[0])).toEqual(levels);
    expect(left).toEqual({ HOME: "/root" });
  });
});
