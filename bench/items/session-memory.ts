import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../harness/child";
import { compare } from "../harness/compare";
import { mediansOf, type Item } from "../harness/finding";
import { fixture, Project } from "../harness/project";

const run = promisify(execFile);
const SESSIONS = 100_000;
const SESSION = "a live session, bytes";

/** (j) What somebody who is logged in costs, without his avatar: the same for all here. */
export const sessionMemory: Item = {
  name: "session-memory",
  title: "memory of a session",
  async measure({ site, runs }) {
    const index = join(new Project(site, "sessions", {}).folder, "node_modules/appd/dist/index.js");
    const words = ["--expose-gc", fixture("sessions.cjs"), index, `${SESSIONS}`];
    const measure = async (): Promise<{ wall: number }> => {
      const { stdout } = await run(process.execPath, words, { env: environment() });
      const { bytes, open } = JSON.parse(stdout) as { bytes: number; open: number };
      if (open !== SESSIONS) throw new Error(`${open} sessions are open, not ${SESSIONS}`);
      return { wall: bytes };
    };
    const comparison = await compare([{ name: SESSION, measure }], Math.min(runs, 3));
    const note = `${Math.round(comparison.median(SESSION).wall)} bytes`;
    return {
      findings: [{ what: SESSION, against: "", note }],
      medians: mediansOf(comparison),
    };
  },
};
