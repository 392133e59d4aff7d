import type { RunView } from "../../../src/runner/companion";
import { launchCompanions } from "../../../src/runner/launch/launch-companions";
import { FakeWorld } from "../fake-world";
import { FakePipe } from "./fake-pipe";

function runOf(parts: Partial<RunView> = {}): RunView {
  const application = { stopTimeout: 2_000 };
  return { world: new FakeWorld(), logFile: "/x.log", state: "started", application, ...parts } as RunView;
}

describe("the companions of a launched run", () => {
  it("say that it is about to run, then that all has started, and let go of the pipe", async () => {
    const pipe = new FakePipe();
    const { first, last } = launchCompanions(pipe, { stays: false });
    await first.prepare?.(runOf());
    await last.started?.(runOf());
    expect(pipe.said).toEqual([
      { begun: { log: "/x.log" } },
      { started: { pid: 4711, log: "/x.log", stopTimeout: 2_000 } },
    ]);
    expect(pipe.isClosed).toBe(true);
  });

  it("keep the pipe of a worker, to hear of its master and to say when it was told to stop", async () => {
    const pipe = new FakePipe();
    const { first, last } = launchCompanions(pipe, { stays: true });
    await last.started?.(runOf());
    first.stopping?.(runOf({ isTold: false }), "an error");
    first.stopping?.(runOf({ isTold: true }), "SIGTERM");
    expect(pipe.isClosed).toBe(false);
    expect(pipe.said.slice(1)).toEqual([{ stopping: true }]);
  });

  it("TL-07: say nothing of a start that something has gone wrong with since", async () => {
    const pipe = new FakePipe();
    const run = { ...runOf() };
    const told = launchCompanions(pipe, { stays: false }).last.started?.(run);
    Object.assign(run, { state: "stopping" });
    await told;
    expect(pipe.said).toEqual([]);
  });
});
