import { spawn } from "node:child_process";
import { join } from "node:path";
import type { SignalName } from "../../src/runner/world";

const SOURCE = ["esbuild-register", join(__dirname, "../../src/runner/early-signals.ts")].map((name) =>
  JSON.stringify(require.resolve(name)),
);
const BEGIN = `require(${SOURCE[0] ?? ""}); const { catchEarlySignals } = require(${SOURCE[1] ?? ""}); catchEarlySignals();`;
const LISTEN = `for (const name of ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"])
  process.on(name, () => process.exit(name.length));`;
const STAY = "setTimeout(() => process.exit(99), 100);";

interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What becomes of a process that is sent a signal while it runs the code before `afterwards`. */
function sent(signal: SignalName, afterwards: string): Promise<End> {
  const raise = `process.kill(process.pid, "${signal}");`;
  const child = spawn(process.execPath, ["-e", BEGIN + raise + afterwards], { stdio: "inherit" });
  return new Promise((resolve) => child.on("exit", (status, by) => resolve({ status, signal: by })));
}

describe("signals before anyone listens", () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const)(
    "W-20: %s waits for who listens later",
    async (signal) => {
      expect(await sent(signal, LISTEN + STAY)).toEqual({ status: signal.length, signal: null });
    },
  );

  it("do what they do by default where nobody ever listens, except for SIGUSR1", async () => {
    const [terminated, hungUp, asked] = await Promise.all(
      (["SIGTERM", "SIGHUP", "SIGUSR1"] as const).map((signal) => sent(signal, STAY)),
    );
    expect(terminated).toEqual({ status: null, signal: "SIGTERM" });
    expect(hungUp).toEqual({ status: null, signal: "SIGHUP" });
    expect(asked).toEqual({ status: 99, signal: null });
  });

  it("do so in a process with two copies of appd, too", async () => {
    const end = await sent("SIGTERM", `catchEarlySignals(); ${STAY}`);
    expect(end).toEqual({ status: null, signal: "SIGTERM" });
  });
});
