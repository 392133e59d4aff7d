/**
 * `node --require appd/register FILE`, `node --require appd/register --test`: Node loads TypeScript the way the `appd`
 * command does, entry files included, in CommonJS projects and in ESM ones.
 */
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { lookForPluginsIn } from "./plugin/get-plugins";
import { installHooks } from "./plugin/hooks";
import { TYPESCRIPT } from "./plugin/typescript-hook";

/** How Node starts its entry file. Replacing it is what preloaded modules may do, by long use. */
interface Entrance {
  runMain: (file: string) => unknown;
}

installHooks({ setSourceMaps: (on) => process.setSourceMapsEnabled(on) });

const entrance = Module as unknown as Entrance;
const { runMain } = entrance;

// In an ESM project Node imports its entry file, which on Node 20 no hook sees: TypeScript is required instead.
entrance.runMain = (file) => (TYPESCRIPT.test(file) ? requireFirst(file) : runMain(file));

function requireFirst(file: string): unknown {
  // What is required has no main module to tell the project by.
  lookForPluginsIn({ project: dirname(file) });
  return createRequire(`${dirname(file)}/`)(file) as unknown;
}
