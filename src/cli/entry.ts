#!/usr/bin/env node
import { CodeCache } from "./code-cache";

/** A process that lives this long is busy with other things than its start. */
const STARTED = 1_000;

const { argv, env } = process;
if (!env.NODE_DISABLE_COMPILE_CACHE && !env.NODE_V8_COVERAGE) {
  const use = argv.length === 2 || argv.includes("--help") ? "help" : "run";
  const cache = new CodeCache(__dirname, use, env);
  cache.install();
  const save = (): void => cache.save();
  process.once("exit", save);
  setTimeout(() => {
    process.off("exit", save);
    save();
  }, STARTED).unref();
}

void import("./command").then(({ command }) => command());
