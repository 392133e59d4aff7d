/** Questions over HTTP/2. */
import { connect, constants, type ClientHttp2Session } from "node:http2";
import { performance } from "node:perf_hooks";
import type { Burst } from "./burst";

const SESSIONS = 4;
const STREAMS = 8;

/** Answers a second over `ms` milliseconds; each of a few sessions has a few questions open at a time. */
export async function http2Burst(port: number, ms: number): Promise<Burst> {
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => opened(port)));
  const begin = performance.now();
  const until = begin + ms;
  const lanes = sessions.flatMap((session) =>
    Array.from({ length: STREAMS }, () => askUntil(session, until)),
  );
  const counts = await Promise.all(lanes);
  const seconds = (performance.now() - begin) / 1_000;
  for (const session of sessions) session.destroy();
  const answers = counts.reduce((sum, one) => sum + one, 0);
  return { answers, rate: answers / seconds };
}

async function askUntil(session: ClientHttp2Session, until: number): Promise<number> {
  let answers = 0;
  for (; performance.now() < until; answers++) await ask(session);
  return answers;
}

function ask(session: ClientHttp2Session): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ [constants.HTTP2_HEADER_PATH]: "/" });
    stream.on("error", reject).on("end", resolve).resume();
  });
}

function opened(port: number): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    session.once("connect", () => resolve(session)).once("error", reject);
  });
}
