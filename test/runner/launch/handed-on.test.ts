import { environmentFor, refuseInspector, refuseSockets } from "../../../src/runner/launch/handed-on";
import { FakeWorld } from "../fake-world";

describe("what a daemon gets of who has started it", () => {
  const environment = {
    PATH: "/usr/bin",
    NODE_OPTIONS: "--require ./x",
    NODE_PATH: "/x",
    LD_PRELOAD: "/x.so",
    NODE_ENV: "production",
  };

  it("is the environment without what loads other code first, where root starts it", () => {
    expect(environmentFor(environment, { isRoot: true })).toEqual({
      environment: { PATH: "/usr/bin", NODE_ENV: "production" },
      left: ["NODE_OPTIONS", "NODE_PATH", "LD_PRELOAD"],
    });
  });

  it("is the whole environment for anybody else", () => {
    expect(environmentFor(environment, { isRoot: false })).toEqual({ environment, left: [] });
  });

  it("says nothing of what is empty", () => {
    expect(environmentFor({ NODE_OPTIONS: "" }, { isRoot: true }).left).toEqual([]);
  });
});

describe("Node's inspector", () => {
  function asked(execArgv: string[], NODE_OPTIONS?: string): () => void {
    const world = new FakeWorld();
    world.environment = { NODE_OPTIONS };
    return () => refuseInspector({ self: { ...world.self, execArgv }, environment: world.environment });
  }

  it.each([
    [["--inspect"], undefined],
    [["--enable-source-maps", "--inspect-brk=0.0.0.0:9229"], undefined],
    [["--inspect_port=1"], undefined],
    [["--debug-port=1"], undefined],
    [[], "--inspect"],
    [[], "--max-old-space-size=100 --inspect-wait"],
    [[], '"--inspect=1"'],
  ])("is refused a daemon: %j, NODE_OPTIONS %j", (execArgv, options) => {
    expect(asked(execArgv, options)).toThrow(
      /^--\S+ works in the foreground only: leave it or --daemon out$/,
    );
  });

  it("is no matter of other options", () => {
    expect(
      asked(["--max-old-space-size=100", "--require=./no--inspect"], "--enable-source-maps"),
    ).not.toThrow();
  });
});

describe("SD-02: sockets of a service manager", () => {
  it("are refused a daemon, because they are for the process that was started with them", () => {
    const world = new FakeWorld();
    world.environment = { LISTEN_PID: String(world.pid), LISTEN_FDS: "1" };
    expect(() => refuseSockets(world)).toThrow(/LISTEN_FDS.*leave --daemon out/);
  });

  it("are forgotten where they were somebody else's", () => {
    const world = new FakeWorld();
    world.environment = { LISTEN_PID: "1", LISTEN_FDS: "1", LISTEN_FDNAMES: "web" };
    refuseSockets(world);
    expect(world.environment).toEqual({});
  });
});
