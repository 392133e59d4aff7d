import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { ProcessGroup } from "../../src/internet/process-group";

describe("ProcessGroup", () => {
  const onLinux = process.platform === "linux" ? it : it.skip;

  onLinux("W-17: nobody is there but the dead, whom an init that reaps nobody leaves behind", async () => {
    // Bash gives what it starts a group of its own here, and what it becomes does not ask how that has ended.
    const parent = spawn("bash", ["-c", "set -m; sleep 0.3 & echo $!; exec sleep 1000"]);
    try {
      const pid = Number(await once(parent.stdout.setEncoding("utf8"), "data"));
      const isDead = (): boolean => readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z");
      const group = new ProcessGroup({ pid } as ChildProcess);
      expect(isDead() || group.isThere).toBe(true);
      while (!isDead()) await setTimeout(10);
      expect(process.kill(-pid, 0)).toBe(true);
      expect(group.isThere).toBe(false);
    } finally {
      parent.kill("SIGKILL");
    }
  });
});
