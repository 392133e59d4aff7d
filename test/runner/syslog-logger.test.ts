import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startLogger } from "../../src/runner/syslog-logger";
import type { SyslogWay } from "../../src/runner/syslog-output";
import { temporaryFolder } from "../temporary-folder";

/** A logger(1) that does what the script says. */
function started(script: string): { way: SyslogWay; gone: Promise<string>; arrived: () => Promise<number> } {
  const program = join(temporaryFolder(), "logger");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  let progress = (): void => undefined;
  let way: SyslogWay | undefined;
  const gone = new Promise<string>((resolve) => {
    way = startLogger(
      { program, tag: "web[12]" },
      { progress: () => progress(), gone: resolve, refused: () => {} },
    );
  });
  if (!way) throw new Error("it was not started");
  const arrived = (): Promise<number> =>
    new Promise((resolve) => (progress = () => resolve(way?.arrived() ?? 0)));
  return { way, gone, arrived };
}

describe("logger(1)", () => {
  it("is known to have sent the lines that it repeats, whatever it puts before them", async () => {
    const { way, arrived } = started(
      'read one; read two; echo "<14>Nov  3 web[12]: $one\nweb[12]: $two" >&2; cat',
    );
    way.writeSome(Buffer.from("<14>one\n<14>two\n"), false);

    expect(await arrived()).toBe(2);
    way.close();
  });

  it("says itself why it ends, in its first words", async () => {
    const { gone } = started(
      "echo 'logger: unrecognized option: prio-prefix' >&2; echo 'Usage: logger' >&2; exit 1",
    );

    expect(await gone).toBe("logger: unrecognized option: prio-prefix");
  });

  it("can be killed without a word, and what it is given then is refused", async () => {
    const { way, gone } = started("kill -9 $$");

    expect(await gone).toBe("logger(1) has ended (SIGKILL)");
    expect(way.isGone()).toBe(true);
    expect(() => way.writeSome(Buffer.from("<14>one\n"), false)).toThrow();
  });
});
