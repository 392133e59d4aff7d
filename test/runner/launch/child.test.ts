import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { startChild, type ChildEnd } from "../../../src/runner/launch/child";

const world = {
  self: { execPath: "/nowhere/node", execArgv: [], script: "appd", discretion: [] },
  argv: [],
};

const endOfStart = (): Promise<ChildEnd> =>
  new Promise((ended) => {
    startChild(world, { role: "daemon", environment: {} }, { heard: () => undefined, ended });
  });

describe("a process that is started", () => {
  it("says why there is none where its program is not there", async () => {
    expect((await endOfStart()).error).toMatchObject({ code: "ENOENT" });
  });

  it("says why there is none where no more files may be open: Node gives one without streams then", async () => {
    const none = Object.assign(new EventEmitter(), { pid: undefined, stdio: undefined }) as unknown;
    const spawn = jest
      .spyOn(process.getBuiltinModule("node:child_process"), "spawn")
      .mockReturnValue(none as ChildProcess);
    const end = endOfStart();
    (none as EventEmitter).emit("error", Object.assign(new Error("spawn EMFILE"), { code: "EMFILE" }));
    spawn.mockRestore();
    expect((await end).error).toMatchObject({ code: "EMFILE" });
  });
});
