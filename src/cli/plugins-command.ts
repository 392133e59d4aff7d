import { parseArgs } from "node:util";
import { UsageError } from "../base/errors";
import type { Session } from "./session";
import { openWholeCatalog } from "./project-plugins";
import { pluginsAsJson, renderPlugins } from "./render-plugins";

/** Lists every file looked at, what it provides, and why any was left out. Broken files are tried once more. */
export async function pluginsCommand(session: Session): Promise<void> {
  const { world, line } = session;
  const json = readJson(line.rest);
  const listing = await openWholeCatalog(session);
  const debug = line.switches.has("debug");
  world.stdout.write(json ? pluginsAsJson({ listing }) : renderPlugins({ listing, debug }));
}

function readJson(argv: readonly string[]): boolean {
  try {
    return parseArgs({ args: [...argv], options: { json: { type: "boolean" } } }).values.json ?? false;
  } catch (cause) {
    throw new UsageError(
      "APPD_PLUGINS_USAGE",
      `appd plugins takes --json only; ${(cause as Error).message}`,
      { cause },
    );
  }
}
