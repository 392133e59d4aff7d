import type { Session } from "node:inspector";
import { messageOf } from "../log/describe-error";
import type { Companion, RunView } from "./companion";
import { OutputFile } from "./output-file";

/** Hands over the text of a file, piece by piece. */
type Writing = (piece: (text: string) => void) => void;

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
  let session: Session | undefined;
  return {
    async prepare() {
      file = new OutputFile(path, what);
      session = await newSession();
    },
    ended: (run) => fill(run, { what, file, write: (piece) => session && snapshotOf(session, piece) }),
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
function profileOf(session: Session, piece: (text: string) => void): void {
  session.post("Profiler.stop", (error, answer) => {
    if (error) throw error;
    piece(JSON.stringify(answer.profile));
  });
}

function snapshotOf(session: Session, piece: (text: string) => void): void {
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ params }) => piece(params.chunk));
  session.post("HeapProfiler.takeHeapSnapshot");
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
