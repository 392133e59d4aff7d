import type { Session } from "node:inspector";
import type * as V8 from "node:v8";
import { messageOf } from "../log/describe-error";
import type { Companion, RunView } from "./companion";
import { OutputFile } from "./output-file";

/** Hands over the text of a file, piece by piece. */
type Writing = (piece: (part: string | Uint8Array) => void) => void;

/** Writes what the processor was busy with, from before the service is made until the end: a `.cpuprofile`. */
export function cpuProfile(path: string): Companion {
  const what = "the CPU profile";
  let file: OutputFile | undefined;
  let session: Session | undefined;
  return {
    async prepare() {
      file = new OutputFile(path, what);
      session = await newSession();
      session.post("Profiler.enable");
      session.post("Profiler.start");
    },
    ended: (run) => fill(run, { what, file, write: (piece) => session && profileOf(session, piece) }),
  };
}

/** Writes what is in memory at the end, secrets too: a `.heapsnapshot`. */
export function heapSnapshot(path: string): Companion {
  const what = "the heap snapshot";
  let file: OutputFile | undefined;
  let v8: typeof V8 | undefined;
  return {
    async prepare() {
      file = new OutputFile(path, what);
      v8 = await import("node:v8");
    },
    ended: (run) => fill(run, { what, file, write: (piece) => v8 && snapshotOf(v8, piece) }),
  };
}

/** Of this very process: no port is opened. */
async function newSession(): Promise<Session> {
  const inspector = await import("node:inspector");
  const session = new inspector.Session();
  session.connect();
  return session;
}

/** A session with one's own process answers before `post` returns. */
function profileOf(session: Session, piece: (part: string | Uint8Array) => void): void {
  session.post("Profiler.stop", (error, answer) => {
    if (error) throw error;
    piece(JSON.stringify(answer.profile));
  });
}

/**
 * A stream makes all of its snapshot as soon as it is read from, and what it makes is written before there is more:
 * it can be as large as the memory. (An inspector's snapshot comes too late for a process that ends.)
 */
function snapshotOf(v8: typeof V8, piece: (part: string | Uint8Array) => void): void {
  const snapshot = v8.getHeapSnapshot();
  snapshot.push = (chunk: Uint8Array | null) => {
    if (chunk) piece(chunk);
    return true;
  };
  snapshot.read(0);
}

interface Output {
  readonly what: string;
  readonly file: OutputFile | undefined;
  readonly write: Writing;
}

function fill({ log }: RunView, { what, file, write }: Output): void {
  if (!file) return;
  try {
    file.fill(write);
    log.info("%s is in %s", what, file.path);
  } catch (error) {
    log.error({ err: error }, "%s could not be written to %s: %s", what, file.path, messageOf(error));
  } finally {
    file.close();
  }
}
