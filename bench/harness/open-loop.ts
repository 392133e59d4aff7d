/** A load that does not wait for answers: so many requests a second, however long they take. */
import { Agent, get } from "node:http";
import { performance } from "node:perf_hooks";

export interface Asking {
  readonly url: (request: number) => string;
  readonly headers?: (request: number) => Record<string, string>;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Answer {
  readonly status: number;
  /** Milliseconds. */
  readonly took: number;
}

/** Asks evenly over the time; gives every answer. Times begin when it was time to ask, not when one got to it. */
export async function openLoop({ url, headers = () => ({}), perSecond, seconds }: Asking): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true });
  const begin = performance.now();
  const due = (request: number): number => begin + (request * 1_000) / perSecond;
  const answers: Promise<Answer>[] = [];
  while (answers.length < perSecond * seconds) {
    const request = answers.length;
    const wait = due(request) - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    answers.push(ask(url(request), { agent, headers: headers(request), since: due(request) }));
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all;
}

interface Request {
  readonly agent: Agent;
  readonly headers: Record<string, string>;
  readonly since: number;
}

function ask(url: string, { agent, headers, since }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers }, (response) => {
      response.resume().on("end", () => {
        resolve({ status: response.statusCode ?? 0, took: performance.now() - since });
      });
    });
    request.on("error", reject);
  });
}

/** The value that so many percent of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)];
  if (value === undefined) throw new Error("no values, no percentile");
  return value;
}
