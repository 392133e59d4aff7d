import { StringDecoder } from "node:string_decoder";
import { printableLines } from "../log/printable";
import { NotRunningError } from "../runner/control/errors";
import { lastLog } from "../runner/control/records";
import { runningHere } from "../runner/control/running-here";
import { placesOf } from "../runner/places";
import { runtimeFolderOf } from "../runner/runtime-folder";
import { after } from "../service/clock";
import type { World } from "../runner/world";
import { chosen, PID } from "./choose-run";
import type { ControlAction } from "./control-command";
import { WHOLE, type ControlLine } from "./control-line";
import { NoLogError } from "./errors";
import { LogTrail } from "./log-trail";
import { runText } from "../runner/control/run-text";

const LINES = 20;
/** Milliseconds between two looks at a log that is followed. */
const BETWEEN_LOOKS = 100;
/** Milliseconds until a reader is tried again that takes nothing now. */
const SOON = 10;

/** `appd logs NAME`: what it has said, also when it is gone. */
export const logsCommand: ControlAction = {
  usage: {
    command: "logs",
    name: "required",
    options: {
      follow: { short: "f", description: "Go on showing what is logged, until Ctrl-C." },
      lines: {
        short: "n",
        placeholder: "n",
        form: WHOLE,
        description: `How many lines; ${LINES} if not given.`,
      },
      pid: PID,
    },
    details:
      "The last lines, from files that were moved away as well where the newest has fewer. What is followed is followed " +
      "into the file where it goes on.",
    examples: ["appd logs myproject", "appd logs myproject --follow --lines 0"],
  },
  async act(world, line) {
    const trail = new LogTrail(await logOf(world, line), () => world.clock.now());
    const isFollowed = line.switches.has("follow");
    const show = printer(world);
    trail.seek(Number(line.values.get("lines") ?? LINES));
    do {
      for (const bytes of trail.read()) if (!(await show(bytes))) return;
      if (isFollowed) await rest(world, BETWEEN_LOOKS);
    } while (isFollowed);
  },
};

/** The file that the run, or else the latest of that name, logs to. */
async function logOf(world: World, line: ControlLine): Promise<string> {
  const { name = "" } = line;
  const all = await runningHere(world);
  if (all.some(({ record }) => record.name === name)) {
    const { record } = chosen(all, "logs", line);
    const file = record.isMaster ? lastLog(runtimeFolderOf(world), name) : record.log;
    if (file !== undefined) return existing(file, runText(record));
    throw new NoLogError(
      `${runText(record)} logs to no file: standard error of what started it, or the system's log`,
    );
  }
  const known = lastLog(runtimeFolderOf(world), name) ?? usualLog(world, name);
  if (known !== undefined && new LogTrail(known, () => 0).exists) return known;
  const besides =
    known === undefined ? ", and nothing is known of a log" : `, and its log ${known} is not there`;
  throw new NotRunningError(
    name,
    all.map(({ record }) => record.name),
    besides,
  );
}

function existing(path: string, who: string): string {
  if (new LogTrail(path, () => 0).exists) return path;
  throw new NoLogError(`the log of ${who}, ${path}, is not there`);
}

function usualLog(world: World, name: string): string | undefined {
  try {
    return placesOf(world, { name, daemon: true, pidfile: undefined }).log;
  } catch {
    return undefined;
  }
}

/** Writes to standard output; says whether anybody still reads there. A terminal gets nothing that could move it. */
function printer(world: World): (bytes: Buffer) => Promise<boolean> {
  const { stdout } = world;
  const decoder = new StringDecoder("utf8");
  const shown = (bytes: Buffer): Buffer =>
    stdout.isTerminal ? Buffer.from(printableLines(decoder.write(bytes))) : bytes;
  return async (bytes) => {
    for (let left = shown(bytes); left.length > 0;) {
      try {
        left = left.subarray(stdout.writeSome(left, left.length));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return false;
        await rest(world, SOON);
      }
    }
    return true;
  };
}

const rest = ({ clock }: World, ms: number): Promise<void> =>
  new Promise((resolve) => after(clock, ms, resolve));
