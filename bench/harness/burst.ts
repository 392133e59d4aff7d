/** A load that costs less than what it measures: it counts bytes, and reads nothing in them. */
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";

/** What is asked again and again, over how many connections at once. */
export interface Load {
  readonly question: string;
  readonly connections: number;
}

/** Answers a second over `ms` milliseconds; each connection has one question open at a time. */
export async function burst(port: number, { question, connections }: Load, ms: number): Promise<Burst> {
  const length = await answerLength(port, question);
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)));
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
async function answerLength(port: number, question: string): Promise<number> {
  const socket = await opened(port);
  let length = 0;
  socket.on("data", (bytes) => (length += bytes.length));
  socket.write(question);
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  if (length === 0) throw new Error(`no answer on port ${port}`);
  return length;
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket)).setNoDelay(true);
    socket.once("error", reject);
  });
}
