/** A load that costs less than what it measures: it counts bytes, and reads nothing in them. */
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { connect as connectSecurely } from "node:tls";

/** What is asked again and again, over how many connections at once. */
export interface Load {
  readonly question: string;
  readonly connections: number;
  /** Whether it is asked behind TLS; whose certificate it is does not matter. */
  readonly secure?: boolean;
}

/** Answers a second over `ms` milliseconds; each connection has one question open at a time. */
export async function burst(port: number, load: Load, ms: number): Promise<Burst> {
  const { question, connections } = load;
  const length = await answerLength(port, load);
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port, load)));
  let answers = 0;
  const begin = performance.now();
  for (const socket of sockets) {
    let received = 0;
    socket.on("data", (bytes) => {
      received += bytes.length;
      for (; received >= length; received -= length) {
        answers++;
        socket.write(question);
      }
    });
    socket.write(question);
  }
  await new Promise((resolve) => setTimeout(resolve, ms));
  const seconds = (performance.now() - begin) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { answers, rate: answers / seconds };
}

export interface Burst {
  readonly answers: number;
  readonly rate: number;
}

/** Every answer is as long as the first. */
async function answerLength(port: number, load: Load): Promise<number> {
  const socket = await opened(port, load);
  let length = 0;
  socket.on("data", (bytes) => (length += bytes.length));
  socket.write(load.question);
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  if (length === 0) throw new Error(`no answer on port ${port}`);
  return length;
}

function opened(port: number, { secure }: Load): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const ready = (): void => resolve(socket.setNoDelay(true));
    const socket: Socket = secure
      ? connectSecurely({ port, host: "127.0.0.1", rejectUnauthorized: false }, ready)
      : connect(port, "127.0.0.1", ready);
    socket.once("error", reject);
  });
}
