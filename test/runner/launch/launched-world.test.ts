import { closeSync, openSync } from "node:fs";
import { takeLaunched } from "../../../src/runner/launched";
import { launchedWorld, takePart } from "../../../src/runner/launch/launched-world";
import { FakeWorld } from "../fake-world";
import { FakePipe } from "./fake-pipe";

function launched(role: "daemon" | "worker" = "daemon") {
  const given = new FakeWorld();
  const pipe = new FakePipe();
  return { given, pipe, world: launchedWorld(given, role, pipe) };
}

describe("what a process was started as", () => {
  it.each(["daemon", "master", "worker"])("is said once, by a variable that nobody else sees: %s", (role) => {
    const world = new FakeWorld();
    world.environment = { APPD_LAUNCH: `${role}:3`, PATH: "/bin" };
    expect(takeLaunched(world)).toEqual({ role, fd: 3 });
    expect(world.environment).toEqual({ PATH: "/bin" });
  });

  it.each(["launcher:3", "daemon:", "daemon:-1", "3"])("is nothing where it is no such thing: %s", (text) => {
    const world = new FakeWorld();
    world.environment = { APPD_LAUNCH: text };
    expect(takeLaunched(world)).toBeUndefined();
    expect(world.environment).toEqual({});
  });

  it("is nothing where nobody is at the other end", () => {
    const file = openSync(__filename, "r");
    const notAPipe = [0, 2, 9_999, file].map((fd) => takePart(new FakeWorld(), { role: "daemon", fd }));
    closeSync(file);
    expect(notAPipe).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("the world of a launched process", () => {
  it("TL-02: sends what it prints to who has launched it", () => {
    const { given, pipe, world } = launched();
    world.stdout.write("help\n");
    world.stderr.write("appd: a fault\n");
    world.stderr.writeSome("line\n", 5);
    expect(pipe.said).toEqual([{ out: "help\n" }, { err: "appd: a fault\n" }, { err: "line\n" }]);
    expect(given.stdout.text + given.stderr.text).toBe("");
  });

  it("TL-02: sends there, too, what others print before all has started; it is captured all the same", () => {
    const { given, pipe, world } = launched();
    const captured: string[] = [];
    world.captureOutput((stream, bytes) => captured.push(`${stream} ${Buffer.from(bytes).toString()}`));
    given.print("stdout", "hello\n");
    given.print("stderr", "ohé\n");
    pipe.settle();
    given.print("stdout", "later\n");
    expect(pipe.said).toEqual([
      { printed: { stream: "stdout", text: "hello\n" } },
      { printed: { stream: "stderr", text: "ohé\n" } },
    ]);
    expect(captured).toEqual(["stdout hello\n", "stderr ohé\n", "stdout later\n"]);
  });

  it("prints nothing any more once that is gone", () => {
    const { pipe, world } = launched();
    pipe.close();
    world.stderr.write("appd: a fault\n");
    expect(pipe.said).toEqual([]);
  });

  it("says with which status it ends by its own will", () => {
    const { given, pipe, world } = launched();
    world.exit(78);
    expect({ said: pipe.said, ends: given.ends }).toEqual({ said: [{ exit: 78 }], ends: [78] });
  });

  it("is the world that it was in everything else", async () => {
    const { given, world } = launched();
    let heard = 0;
    world.onSignal("SIGTERM", () => (heard += 1));
    await given.send("SIGTERM");
    world.changeFolder("/srv");
    expect([heard, world.folder, world.pid, given.folder]).toEqual([1, "/srv", 4711, "/srv"]);
  });
});

describe("the signals of a worker", () => {
  function worker() {
    const { given, pipe, world } = launched("worker");
    const heard: string[] = [];
    const releases = (["SIGTERM", "SIGINT", "SIGHUP"] as const).map((signal) =>
      world.onSignal(signal, () => heard.push(signal)),
    );
    return { given, pipe, world, heard, releases };
  }

  it("are what the master says", () => {
    const { pipe, heard } = worker();
    pipe.hear({ stop: "SIGTERM" });
    pipe.hear({ stop: "SIGINT" });
    expect(heard).toEqual(["SIGTERM", "SIGINT"]);
  });

  it("are one where a service manager signals the master and the worker at once", async () => {
    const { given, pipe, heard } = worker();
    await given.send("SIGTERM");
    pipe.hear({ stop: "SIGTERM" });
    expect(heard).toEqual(["SIGTERM"]);
    pipe.hear({ stop: "SIGTERM" });
    expect(heard).toEqual(["SIGTERM", "SIGTERM"]);
  });

  it("are never forced by those that come directly", async () => {
    const { given, heard } = worker();
    await given.send("SIGTERM");
    await given.send("SIGTERM");
    expect(heard).toEqual(["SIGTERM"]);
  });

  it("stop it when its master is gone", () => {
    const { pipe, heard } = worker();
    pipe.hangUp();
    expect(heard).toEqual(["SIGTERM"]);
  });

  it("are told of where they came from somebody else than the master", async () => {
    const { given, pipe, world } = worker();
    await given.send("SIGTERM");
    world.exit(0);
    expect(pipe.said).toEqual([{ exit: 0, by: "SIGTERM" }]);
  });

  it("come directly where they do not stop it", async () => {
    const { given, heard, releases } = worker();
    await given.send("SIGHUP");
    expect(heard).toEqual(["SIGHUP"]);
    releases.forEach((release) => release());
    expect(given.listens).toBe(false);
  });
});
