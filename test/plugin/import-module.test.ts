import { SoftwareError } from "../../src/base/errors";
import { importGuard, type GuardedProcess, type UncaughtEvent } from "../../src/plugin/import-guard";
import { importModule, type ImportClock } from "../../src/plugin/import-module";
import { ProjectFolder } from "./project-folder";

/** A process that is not this one. Its `exit` is what a plugin gets at as `globalThis.fake.exit`. */
class FakeProcess implements GuardedProcess {
  exitCode: number | undefined = 5;
  readonly #listeners = new Map<(thrown: unknown) => void, UncaughtEvent>();
  exit: (code?: number | string | null) => never = () => {
    throw new Error("the process has ended");
  };
  reallyExit: (code?: number) => never = this.exit;
  on = (event: UncaughtEvent, listener: (thrown: unknown) => void): unknown =>
    this.#listeners.set(listener, event);
  off = (_: UncaughtEvent, listener: (thrown: unknown) => void): unknown => this.#listeners.delete(listener);
  emit(event: UncaughtEvent, thrown: unknown): void {
    for (const [listener, heard] of this.#listeners) if (heard === event) listener(thrown);
  }
  get listeners(): number {
    return this.#listeners.size;
  }
}

/** A clock on which the time to give up comes when the test says so. */
class StoppedClock implements ImportClock {
  late: () => void = () => {};
  milliseconds = 0;
  cleared = false;
  setTimeout(callback: () => void, milliseconds: number): unknown {
    this.late = callback;
    this.milliseconds = milliseconds;
    return this;
  }
  clearTimeout(): void {
    this.cleared = true;
  }
}

const asyncModule = Object.assign(new Error("top-level await"), { code: "ERR_REQUIRE_ASYNC_MODULE" });
const world = globalThis as { fake?: FakeProcess; thrown?: unknown };

describe("importModule", () => {
  const importing = (content: string, options?: Parameters<typeof importModule>[1]): Promise<unknown> => {
    using folder = new ProjectFolder({ "plugin.js": content });
    return importModule(folder.path("plugin.js"), options);
  };

  it("gives what a module exports", async () => {
    expect(await importing(`exports.answer = 42;`)).toEqual({ answer: 42 });
  });

  it("throws what it throws, an Error or not", async () => {
    await expect(importing(`throw "text";`)).rejects.toBe("text");
    await expect(importing(`throw 42;`)).rejects.toBe(42);
  });

  describe("a module with top-level await", () => {
    const throwAsync = `throw globalThis.thrown;`;
    beforeEach(() => (world.thrown = asyncModule));

    it("is imported where it can't be required", async () => {
      const dynamicImport = async (url: string): Promise<unknown> => ({ url });
      expect(await importing(throwAsync, { dynamicImport })).toMatchObject({
        url: expect.stringMatching(/^file:\/\/.*plugin\.js$/) as string,
      });
    });

    it("is given up when it doesn't finish within ten seconds", async () => {
      const clock = new StoppedClock();
      const never = importing(throwAsync, { clock, dynamicImport: () => new Promise(() => {}) });
      await Promise.resolve();
      clock.late();
      await expect(never).rejects.toThrow("its import did not finish within 10 s");
      await expect(never).rejects.toBeInstanceOf(SoftwareError);
      expect(clock.milliseconds).toBe(10_000);
    });

    it("leaves no timer behind when it finishes", async () => {
      const clock = new StoppedClock();
      await importing(throwAsync, { clock, dynamicImport: async () => ({}) });
      expect(clock.cleared).toBe(true);
    });
  });
});

describe("importGuard", () => {
  let fake: FakeProcess;
  const load = (work: () => unknown): Promise<unknown> => importGuard(fake).watch(work);
  beforeEach(() => (fake = new FakeProcess()));

  it("lets what was loaded through", async () => {
    expect(await load(() => 42)).toBe(42);
    expect(await load(async () => 43)).toBe(43);
  });

  it.each(["exit", "reallyExit"] as const)("turns a call of %s into an error", async (way) => {
    await expect(load(() => fake[way](3))).rejects.toThrow("it ends the process, with status 3");
  });

  it("names the status that was set before, where exit is given none", async () => {
    await expect(load(() => fake.exit())).rejects.toThrow("with status 5");
  });

  it("notices a call of exit though the module catches what it throws", async () => {
    const caught = (): string => {
      try {
        return fake.exit();
      } catch {
        return "went on";
      }
    };
    await expect(load(caught)).rejects.toThrow("it ends the process");
  });

  it("puts the process back as it was, after a failure too", async () => {
    const { exit, reallyExit } = fake;
    await load(() => {
      fake.exitCode = 1;
      throw new Error("broken");
    }).catch(() => {});
    expect(fake).toMatchObject({ exit, reallyExit, exitCode: 5, listeners: 0 });
  });

  it("puts the process back as it was after imports that overlapped", async () => {
    const { exit, reallyExit } = fake;
    const guard = importGuard(fake);
    await Promise.all([guard.watch(async () => 1), guard.watch(() => guard.watch(() => 2))]);
    expect(fake).toMatchObject({ exit, reallyExit, exitCode: 5, listeners: 0 });
  });

  it("lays a rejection that nobody handles at the module's door", async () => {
    const leaving = (): void =>
      void setImmediate(() => fake.emit("unhandledRejection", new Error("left over")));
    await expect(load(leaving)).rejects.toThrow(
      "it leaves a rejection behind that nobody handles: left over",
    );
  });

  it("lays an exception that nobody can catch at the module's door", async () => {
    const leaving = (): void =>
      void setImmediate(() => fake.emit("uncaughtException", new Error("too late")));
    await expect(load(leaving)).rejects.toThrow("it throws where nobody can catch it: too late");
  });
});
