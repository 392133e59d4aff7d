import {
  Application,
  IService,
  IServiceCollection,
  MultiService,
  Service,
  ServiceTreeError,
} from "../../src/index";
import { Gate, LineLogger, PrivilegedRecorder, Recorder, settled, type Behaviour } from "./harness";

let seen: string[];
let root: MultiService;

beforeEach(() => {
  seen = [];
  root = new MultiService();
});

function add(name: string, behaviour: Behaviour = {}, to = root): Recorder {
  const service = new Recorder(name, seen, behaviour);
  service.setServiceParent(to);
  return service;
}

function collection(name: string, to = root): MultiService {
  const made = new MultiService();
  made.setName(name);
  to.addService(made);
  return made;
}

const failing = (message: string) => (): Promise<void> => Promise.reject(new Error(message));

describe("MultiService", () => {
  describe("as a collection", () => {
    it("SV-06: knows its services in order, and by name", () => {
      const [a, b, unnamed] = [add("a"), add("b"), new Service()];
      root.addService(unnamed);
      expect(root).toBeInstanceOf(IServiceCollection);
      expect(root).toBeInstanceOf(IService);
      expect(root.services).toEqual([a, b, unnamed]);
      expect([...root]).toEqual([a, b, unnamed]);
      expect([...root.namedServices]).toEqual([
        ["a", a],
        ["b", b],
      ]);
    });

    it('SV-07: refuses a second service of a name, also of the name ""', () => {
      add("");
      add("x");
      expect(() => add("")).toThrow('MultiService already has a service named ""');
      expect(() => add("x")).toThrow(ServiceTreeError);
      expect(root.services).toHaveLength(2);
    });

    it("SV-07: takes a service that it already has as it is", () => {
      const a = add("a");
      root.addService(a);
      expect(root.services).toEqual([a]);
    });

    it('SV-08: lets go of a service, of the one named "" too', async () => {
      const service = add("");
      await root.removeService(service);
      expect(root.services).toEqual([]);
      expect(root.namedServices.size).toBe(0);
      expect(service.parent).toBeUndefined();
      add("");
    });

    it("SV-08: can't let go of what it does not have", () => {
      expect(() => root.removeService(new Recorder("x", seen))).toThrow(
        'Recorder "x" is not in MultiService',
      );
    });

    it("SV-09: says so when there is no service of a name, and which is meant maybe", () => {
      const database = add("database");
      expect(root.getServiceNamed("database")).toBe(database);
      expect(() => root.getServiceNamed("databse")).toThrow(
        'MultiService has no service named "databse" (did you mean "database"?)',
      );
    });

    it("SV-20: nests to any depth, with names of their own in each", () => {
      const inner = collection("a", collection("a"));
      const leaf = add("a", {}, inner);
      expect(leaf.path).toBe("a/a/a");
    });

    it("refuses to be put into itself, or into what it holds", () => {
      const outer = collection("outer");
      const inner = collection("inner", outer);
      expect(() => inner.addService(outer)).toThrow('MultiService "outer" can\'t be put into itself');
      expect(() => outer.addService(outer)).toThrow(ServiceTreeError);
      expect(outer.parent).toBe(root);
    });

    it("refuses what is no service", () => {
      expect(() => root.addService({} as IService)).toThrow("an object of class Object is no service");
      expect(() => root.addService(undefined as never)).toThrow("undefined is no service");
    });
  });

  describe("start", () => {
    it("SV-10: takes the whole tree through the privileged pass, then through the other, in order", async () => {
      const inner = collection("inner");
      for (const [name, to] of [
        ["a", inner],
        ["b", inner],
        ["c", root],
      ] as const)
        to.addService(new PrivilegedRecorder(name, seen));
      await root.startService();
      expect(seen).toEqual(["enter a", "enter b", "enter c", "start a", "start b", "start c"]);
    });

    it("W-36: waits for each before it starts the next", async () => {
      const gate = new Gate();
      add("a", { start: () => gate.passed });
      add("b");
      const start = root.startService();
      await settled();
      expect(seen).toEqual(["start a"]);
      gate.open();
      await start;
      expect(seen).toEqual(["start a", "start b"]);
    });

    it("SV-11: stops those that had begun, in reverse, when the third fails, and reports its error", async () => {
      for (const name of ["a", "b"]) add(name);
      add("c", { start: failing("no database") });
      const d = add("d");
      await expect(root.startService()).rejects.toThrow("no database");
      expect(seen).toEqual(["start a", "start b", "start c", "stop b", "stop a"]);
      expect(root).toMatchObject({ state: "stopped", running: false });
      expect(d).toMatchObject({ state: "stopped", running: false });
    });

    it("SV-11: reports the first error, when the roll-back fails as well", async () => {
      add("a", { stop: failing("stuck") });
      add("b");
      add("c", { start: failing("no database") });
      await expect(root.startService()).rejects.toThrow("no database");
      expect(seen.slice(-2)).toEqual(["stop b", "stop a"]);
    });

    it("SV-11: rolls the privileged pass back too, so that no port is left open", async () => {
      for (const name of ["a", "b"]) root.addService(new PrivilegedRecorder(name, seen));
      root.addService(new PrivilegedRecorder("c", seen, { enter: failing("port in use") }));
      await expect(root.startService()).rejects.toThrow("port in use");
      expect(seen).toEqual(["enter a", "enter b", "enter c", "stop b", "stop a"]);
    });

    it("SV-11: stops in reverse those whose turn never came, if they had their privileged pass", async () => {
      add("a", { start: failing("no database") });
      root.addService(new PrivilegedRecorder("b", seen));
      await expect(root.startService()).rejects.toThrow("no database");
      expect(seen).toEqual(["enter b", "start a", "stop b"]);
    });

    it("SV-11: stops in the reverse order of the start, those first whose turn to start never came", async () => {
      for (const name of ["a", "b"]) root.addService(new PrivilegedRecorder(name, seen));
      root.addService(new PrivilegedRecorder("c", seen, { start: failing("no database") }));
      root.addService(new PrivilegedRecorder("d", seen));
      await expect(root.startService()).rejects.toThrow("no database");
      expect(seen.slice(4)).toEqual([
        "start a",
        "start b",
        "start c",
        "stop d",
        "stop c",
        "stop b",
        "stop a",
      ]);
      expect(root.services.map((service) => (service as Recorder).state)).toEqual(Array(4).fill("stopped"));
    });

    it("SV-11: does so when one that has its turn to stop fails to", async () => {
      root.addService(new PrivilegedRecorder("a", seen, { start: failing("no database") }));
      root.addService(new PrivilegedRecorder("b", seen, { stop: failing("stuck") }));
      await expect(root.startService()).rejects.toThrow("no database");
      expect(seen.slice(2)).toEqual(["start a", "stop b", "stop a"]);
    });

    it("SV-11: rolls back through nested collections, the innermost first", async () => {
      add("a");
      const inner = collection("inner");
      add("b", {}, inner);
      add("c", { start: failing("no") }, inner);
      await expect(root.startService()).rejects.toThrow("no");
      expect(seen).toEqual(["start a", "start b", "start c", "stop b", "stop a"]);
    });

    it("SV-11: starts again once the cause is gone", async () => {
      let broken = true;
      add("a");
      add("b", { start: () => (broken ? Promise.reject(new Error("no")) : undefined) });
      await expect(root.startService()).rejects.toThrow("no");
      broken = false;
      await root.startService();
      expect(root.state).toBe("started");
    });
  });

  describe("stop", () => {
    it("SV-12: stops in reverse, each when the one after it has stopped", async () => {
      const gate = new Gate();
      add("a");
      add("b", { stop: () => gate.passed });
      await root.startService();
      const stop = root.stopService();
      await settled();
      expect(seen.slice(2)).toEqual(["stop b"]);
      gate.open();
      await stop;
      expect(seen.slice(2)).toEqual(["stop b", "stop a"]);
    });

    it("SV-12: stops the others although some fail, and tells of each", async () => {
      add("a", { stop: failing("first") });
      add("b");
      add("c", { stop: failing("second") });
      await root.startService();
      await expect(root.stopService()).rejects.toThrow("second\nfirst");
      expect(seen.slice(3)).toEqual(["stop c", "stop b", "stop a"]);
      expect(root.state).toBe("stopped");
    });

    it("W-36: a stop during a start stops in the reverse order as well", async () => {
      const gate = new Gate();
      root.addService(new PrivilegedRecorder("a", seen));
      root.addService(new PrivilegedRecorder("b", seen, { start: () => gate.passed }));
      root.addService(new PrivilegedRecorder("c", seen));
      const start = expect(root.startService()).rejects.toThrow("was told to stop before it had started");
      await settled();
      const stop = root.stopService();
      gate.open();
      await Promise.all([start, stop]);
      expect(seen.slice(3)).toEqual(["start a", "start b", "stop c", "stop b", "stop a"]);
    });

    it("W-36: a child that is stopped on its own during its start stops nobody else", async () => {
      const gate = new Gate();
      const child: Service = new PrivilegedRecorder("a", seen, { start: () => gate.passed });
      root.addService(child);
      root.addService(new PrivilegedRecorder("b", seen));
      const start = root.startService();
      await settled();
      const stop = child.stopService();
      gate.open();
      await Promise.all([start, stop]);
      expect(seen.slice(2).sort()).toEqual(["start a", "start b", "stop a"]);
    });

    it("W-36: a stop during a start wins: what has started stops, the rest never starts", async () => {
      const gate = new Gate();
      add("a");
      add("b", { start: () => gate.passed });
      add("c");
      const start = expect(root.startService()).rejects.toThrow("was told to stop before it had started");
      await settled();
      const stop = root.stopService();
      gate.open();
      await Promise.all([start, stop]);
      expect(seen).toEqual(["start a", "start b", "stop b", "stop a"]);
    });
  });

  describe("add and remove while it runs", () => {
    it("SV-07: starts a child that is added while it runs, both passes", async () => {
      await root.startService();
      const child = new PrivilegedRecorder("late", seen);
      child.setServiceParent(root);
      await child.startService();
      expect(seen).toEqual(["enter late", "start late"]);
    });

    it("SV-07: lets a child go again that fails to start", async () => {
      await root.startService();
      const child = add("late", { start: failing("no") });
      await expect(child.startService()).rejects.toThrow("no");
      await settled();
      expect(root.services).toEqual([]);
      expect(child.parent).toBeUndefined();
      expect(root.state).toBe("started");
    });

    it.each(["before", "after"])(
      "SV-13: starts a child once that is added while it starts, %s its turn",
      async (when) => {
        const gate = new Gate();
        if (when === "before") add("a", { start: () => void add("late") });
        add("b", { start: () => gate.passed });
        const start = root.startService();
        await settled();
        if (when === "after") add("late");
        gate.open();
        await start;
        expect(seen.filter((line) => line === "start late")).toHaveLength(1);
      },
    );

    it("SV-13: starts a child once that is added while a subclass goes on starting", async () => {
      class Warm extends MultiService {
        override async startService(): Promise<void> {
          await super.startService();
          add("late", {}, this);
          await settled();
        }
      }
      root = new Warm();
      await root.startService();
      expect(seen).toEqual(["start late"]);
      await root.stopService();
      expect(seen).toEqual(["start late", "stop late"]);
    });

    it("SV-08: a child that leaves while it is starting is stopped, and the others start", async () => {
      const gate = new Gate();
      const child = add("a", { start: () => gate.passed });
      add("b");
      const start = root.startService();
      await settled();
      const left = root.removeService(child);
      gate.open();
      await Promise.all([start, left]);
      expect(seen.filter((line) => line.endsWith(" a"))).toEqual(["start a", "stop a"]);
      expect(seen).toContain("start b");
      expect(root.state).toBe("started");
    });

    it("does not start a child that is added while it stops, but the next time", async () => {
      add("a", { stop: () => void add("late") });
      await root.startService();
      await root.stopService();
      expect(seen).toEqual(["start a", "stop a"]);
      await root.startService();
      expect(seen.slice(2)).toEqual(["start a", "start late"]);
    });

    it("SV-04: a running service that moves to a running parent is stopped, then started there", async () => {
      const other = new MultiService();
      const child = add("a");
      await Promise.all([root.startService(), other.startService()]);
      child.setServiceParent(other);
      await child.startService();
      expect(seen).toEqual(["start a", "stop a", "start a"]);
      expect(child).toMatchObject({ parent: other, state: "started" });
    });
  });

  describe("with a service that extends nothing of appd", () => {
    class Own implements IService {
      name = "own";
      parent: IServiceCollection | undefined = undefined;
      running = false;
      setName = (name: string): void => void (this.name = name);
      setServiceParent = (parent: IServiceCollection): void => parent.addService(this);
      disownServiceParent = (): void | Promise<void> => this.parent?.removeService(this);
      privilegedStartService = (): void => void seen.push("enter own");
      startService = (): void => void seen.push("start own");
      stopService = (): void => void seen.push("stop own");
    }

    it("SV-01: takes it through its life like any other", async () => {
      const own = new Own();
      own.setServiceParent(root);
      expect(own.parent).toBe(root);
      await root.startService();
      await root.stopService();
      expect(seen).toEqual(["enter own", "start own", "stop own"]);
      await own.disownServiceParent();
      expect(own.parent).toBeUndefined();
    });

    it("W-16: logs under its path that it did not stop", async () => {
      const logger = new LineLogger();
      const app = new Application("demo", { logger });
      const own = new Own();
      own.stopService = () => {
        throw new Error("stuck");
      };
      own.setServiceParent(app);
      await app.start();
      await app.stop();
      expect(logger.grave).toEqual(['error demo/own: Own "demo/own" failed to stop: stuck']);
    });

    it("SV-11: stops it in a roll-back", async () => {
      new Own().setServiceParent(root);
      add("b", { start: failing("no") });
      await expect(root.startService()).rejects.toThrow("no");
      expect(seen).toEqual(["enter own", "start own", "start b", "stop own"]);
    });
  });
});
