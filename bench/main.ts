/**
 * `npm run bench [-- ITEM…] [--runs N]`: appd beside others, on this machine, in one run. Everything is a ratio of
 * medians of runs that took turns, because times alone say more about the machine than about appd. The table goes to
 * stdout, all of it as JSON to bench/results/.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table, type Bench, type Finding, type Findings, type Item } from "./harness/finding";
import { installRivals } from "./harness/project";
import { commandLine } from "./items/command-line";
import { connectionRate } from "./items/connection-rate";
import { daemonMemory } from "./items/daemon-memory";
import { daemonStart } from "./items/daemon-start";
import { endpointStrings } from "./items/endpoint-strings";
import { help } from "./items/help";
import { idleConnections } from "./items/idle-connections";
import { idleMemory } from "./items/idle-memory";
import { knownNames } from "./items/known-names";
import { listening } from "./items/listening";
import { logFile } from "./items/log-file";
import { login } from "./items/login";
import { loginStorm } from "./items/login-storm";
import { secureThroughput } from "./items/secure-throughput";
import { serviceTree } from "./items/service-tree";
import { sessionMemory } from "./items/session-memory";
import { status } from "./items/status";
import { throughput } from "./items/throughput";

const ITEMS: readonly Item[] = [
  help,
  listening,
  throughput,
  idleMemory,
  commandLine,
  serviceTree,
  login,
  loginStorm,
  knownNames,
  sessionMemory,
  connectionRate,
  idleConnections,
  endpointStrings,
  secureThroughput,
  logFile,
  daemonStart,
  daemonMemory,
  status,
];
const RESULTS = join(__dirname, "results");

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: "string", default: "11" } },
  });
  const items = ITEMS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  if (items.length < positionals.length)
    throw new Error(`items: ${ITEMS.map(({ name }) => name).join(", ")}`);
  installRivals();
  const site = realpathSync(mkdtempSync(join(tmpdir(), "appd-bench-")));
  try {
    const results = await measureAll(items, { site, runs: Number(values.runs) });
    process.stdout.write(`\n${table(results.flatMap(lettered))}\n`);
    process.stdout.write(`\nratios of medians of ${values.runs} runs; ${save(results, values.runs)}\n`);
  } finally {
    rmSync(site, { recursive: true, force: true });
  }
}

interface Result extends Findings {
  readonly item: Item;
}

async function measureAll(items: readonly Item[], bench: Bench): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    process.stderr.write(`measuring ${item.title}\n`);
    // One that fails keeps the others from nothing.
    await item.measure(bench).then((found) => results.push({ item, ...found }), fail);
  }
  return results;
}

const lettered = ({ item, findings }: Result): Finding[] =>
  findings.map((finding) => ({
    ...finding,
    item: `(${"abcdefghijklmnopqrstuvwxyz"[ITEMS.indexOf(item)] ?? ""})`,
  }));

function save(results: readonly Result[], runs: string): string {
  const now = new Date();
  const file = join(RESULTS, `${now.toISOString().slice(0, 19).replaceAll(":", "")}.json`);
  mkdirSync(RESULTS, { recursive: true });
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    platform: process.platform,
  };
  const items = Object.fromEntries(results.map(({ item, ...found }) => [item.name, found]));
  writeFileSync(
    file,
    `${JSON.stringify({ at: now.toISOString(), machine, runs: Number(runs), items }, null, 2)}\n`,
  );
  return file;
}

function fail(error: unknown): void {
  process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
  process.exitCode = 1;
}

main().catch(fail);
