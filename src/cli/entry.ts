#!/usr/bin/env node
/**
 * Loads the command; what a run loads, with the help of what an earlier run kept of it. The help alone is too short
 * a way for that.
 */
import { LEAVING } from "../base/leaving";
import { catchEarlySignals } from "../runner/early-signals";
import { CodeCache, keepsCode, STARTED } from "./code-cache";
import type * as Command from "./command";

catchEarlySignals();

const { argv, env } = process;
const isRun = argv.slice(2).some((word) => !word.startsWith("-"));

if (isRun && keepsCode(env)) {
  const cache = new CodeCache({ folder: __dirname, environment: env });
  cache.install();
  const save = (): void => cache.save();
  process.once("exit", save).once(LEAVING, save);
  setTimeout(save, STARTED).unref();
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a bundle of its own: see scripts/build.mjs
const { main, systemWorld } = require("./chunks/common.js") as typeof Command;
void main(systemWorld());
