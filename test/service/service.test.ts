import { IService, MultiService, Service, ServiceTreeError, verifyObject } from "../../src/index";
import { Gate, PrivilegedRecorder, Recorder, settled } from "./harness";

describe("Service", () => {
  it("SV-01: provides IService, with every member of it", () => {
    const service = new Service();
    expect(service).toBeInstanceOf(IService);
    expect(() => verifyObject(service, IService)).not.toThrow();
  });

  it("SV-02: starts as created, without a name, a parent or a life", () => {
    const service = new Service();
    expect(service).toMatchObject({ name: undefined, parent: undefined, running: false, state: "created" });
  });

  it("SV-02: says where it is in its life", async () => {
    const [starting, stopping] = [new Gate(), new Gate()];
    const service = new Recorder("a", [], { start: () => starting.passed, stop: () => stopping.passed });
    const start = service.startService();
    await settled();
    expect(service).toMatchObject({ state: "starting", running: true });
    starting.open();
    await start;
    expect(service).toMatchObject({ state: "started", running: true });
    const stop = service.stopService(new AbortController().signal);
    expect(service).toMatchObject({ state: "stopping", running: false });
    stopping.open();
    await stop;
    expect(service).toMatchObject({ state: "stopped", running: false });
  });

  it("SV-03: can't be renamed once it has a parent", () => {
    const service = new Recorder("a", []);
    service.setName("b");
    service.setServiceParent(new MultiService());
    expect(() => service.setName("c")).toThrow('Recorder "b" can\'t be renamed "c": it has a parent');
    expect(service.name).toBe("b");
  });

  it("SV-04: leaves the parent that it has for the next", () => {
    const [one, two] = [new MultiService(), new MultiService()];
    const service = new Service();
    service.setServiceParent(one);
    service.setServiceParent(two);
    expect(service.parent).toBe(two);
    expect([one.services, two.services]).toEqual([[], [service]]);
  });

  it("SV-04: stays where it is when the next parent has one of its name (W-15: no dangling parent)", () => {
    const [one, two] = [new MultiService(), new MultiService()];
    new Recorder("a", []).setServiceParent(two);
    const service = new Recorder("a", []);
    service.setServiceParent(one);
    expect(() => service.setServiceParent(two)).toThrow(ServiceTreeError);
    expect(service.parent).toBe(one);
    expect(one.services).toEqual([service]);
  });

  it("SV-04: has no parent when its first one refuses it", () => {
    const parent = new MultiService();
    new Recorder("a", []).setServiceParent(parent);
    const service = new Recorder("a", []);
    expect(() => service.setServiceParent(parent)).toThrow('MultiService already has a service named "a"');
    expect(service.parent).toBeUndefined();
    service.setName("b");
  });

  it("SV-05: leaves its parent, and stops when it runs", async () => {
    const seen: string[] = [];
    const parent = new MultiService();
    const service = new Recorder("a", seen);
    service.setServiceParent(parent);
    await parent.startService();
    const left = service.disownServiceParent();
    expect(service.parent).toBeUndefined();
    expect(parent.services).toEqual([]);
    await left;
    expect(seen).toEqual(["start a", "stop a"]);
  });

  it("SV-05: has no parent to leave when it has none", () => {
    expect(() => new Service().disownServiceParent()).toThrow("Service has no parent to leave");
  });

  it("W-15: runs each phase once however often it is called", async () => {
    const seen: string[] = [];
    const service = new PrivilegedRecorder("a", seen);
    await Promise.all([service.privilegedStartService(), service.privilegedStartService()]);
    await Promise.all([service.startService(), service.startService()]);
    await service.startService();
    await Promise.all([
      service.stopService(new AbortController().signal),
      (service as Service).stopService(),
    ]);
    await (service as Service).stopService();
    expect(seen).toEqual(["enter a", "start a", "stop a"]);
  });

  it("W-15: runs its privileged phase before its start also when nobody asked for it", async () => {
    const seen: string[] = [];
    await new PrivilegedRecorder("a", seen).startService();
    expect(seen).toEqual(["enter a", "start a"]);
  });

  it("W-15: does nothing when it is stopped before it ever started", async () => {
    const seen: string[] = [];
    await (new Recorder("a", seen) as Service).stopService();
    expect(seen).toEqual([]);
  });

  it("W-15: starts again after a stop", async () => {
    const seen: string[] = [];
    const service: Service = new PrivilegedRecorder("a", seen);
    for (let round = 0; round < 2; round += 1) {
      await service.startService();
      await service.stopService();
    }
    expect(seen).toEqual(["enter a", "start a", "stop a", "enter a", "start a", "stop a"]);
  });

  it("W-15: waits for a stop under way before it starts again", async () => {
    const seen: string[] = [];
    const gate = new Gate();
    const service: Service = new Recorder("a", seen, { stop: () => gate.passed });
    await service.startService();
    const stop = service.stopService();
    const start = service.startService();
    await settled();
    expect(service.state).toBe("stopping");
    gate.open();
    await Promise.all([stop, start]);
    expect(service.state).toBe("started");
    expect(seen).toEqual(["start a", "stop a", "start a"]);
  });

  it("IN-16: the last call counts of a stop, a start and a stop", async () => {
    const seen: string[] = [];
    const gate = new Gate();
    const service: Service = new Recorder("a", seen, { stop: () => gate.passed });
    await service.startService();
    const first = service.stopService();
    const start = expect(service.startService()).rejects.toThrow("was told to stop before it had started");
    const last = service.stopService();
    gate.open();
    await Promise.all([first, start, last]);
    await settled();
    expect(service.state).toBe("stopped");
    expect(seen).toEqual(["start a", "stop a"]);
  });

  it("W-15: has not run when its start fails, and tells every caller why", async () => {
    const service = new Recorder("a", [], { start: () => Promise.reject(new Error("no database")) });
    const both = [service.startService(), service.startService()];
    await expect(both[0]).rejects.toThrow("no database");
    await expect(both[1]).rejects.toThrow("no database");
    expect(service).toMatchObject({ state: "stopped", running: false });
  });

  it("W-15: is not asked to stop when its start failed, for there is nothing to stop", async () => {
    const seen: string[] = [];
    const service = new Recorder("a", seen, { start: () => Promise.reject(new Error("no database")) });
    await expect(service.startService()).rejects.toThrow();
    expect(seen).toEqual(["start a"]);
  });

  it("W-15: is asked to stop when its start failed after its privileged phase", async () => {
    const seen: string[] = [];
    const service = new PrivilegedRecorder("a", seen, {
      start: () => Promise.reject(new Error("no database")),
    });
    await expect(service.startService()).rejects.toThrow("no database");
    expect(seen).toEqual(["enter a", "start a", "stop a"]);
  });

  it("W-36: stops when it was told to while it started, and the start says so", async () => {
    const seen: string[] = [];
    const gate = new Gate();
    const service: Service = new Recorder("a", seen, { start: () => gate.passed });
    const start = expect(service.startService()).rejects.toThrow(
      'Recorder "a" was told to stop before it had started',
    );
    await settled();
    const stop = service.stopService();
    gate.open();
    await Promise.all([start, stop]);
    expect(seen).toEqual(["start a", "stop a"]);
    expect(service.state).toBe("stopped");
  });

  it("is running inside its own start, for loops that go on while it runs", async () => {
    class Loop extends Service {
      turns = 0;
      override startService(): void {
        while (this.running && this.turns < 3) this.turns += 1;
      }
    }
    const loop = new Loop();
    await (loop as Service).startService();
    expect(loop.turns).toBe(3);
  });

  it("gives the signal to a stop that was called without one", async () => {
    const signals: unknown[] = [];
    const service: Service = new Recorder("a", [], { stop: (signal) => void signals.push(signal.aborted) });
    await service.startService();
    await service.stopService();
    expect(signals).toEqual([false]);
  });

  it("shows its phases to nobody who lists its properties", () => {
    expect(Object.keys(new Service())).toEqual(["stopTimeout"]);
  });

  it("calls what stands in the place of a phase: a spy of a class, a spy of an object, a field", async () => {
    const seen: string[] = [];
    class ByField extends Service {
      override startService = async (): Promise<void> => void seen.push("start field");
      override stopService = (): void => void seen.push("stop field");
    }
    const [classSpy, service] = [jest.spyOn(Recorder.prototype, "startService"), new Recorder("a", seen)];
    const spy = jest.spyOn(service as Service, "startService");
    const field = new ByField();
    const parent = new MultiService();
    for (const child of [service, field]) parent.addService(child);
    await parent.startService();
    expect([spy.mock.calls.length, classSpy.mock.calls.length]).toEqual([1, 1]);
    expect([service.state, field.state]).toEqual(["started", "started"]);
    classSpy.mockRestore();
    await parent.stopService();
    expect(seen).toEqual(["start a", "start field", "stop field", "stop a"]);
  });
});
