import { parseArgs } from "node:util";
import { UsageError } from "../base/errors";
import type { Session } from "./session";
import { openWholeCatalog } from "./project-plugins";
import { pluginsAsJson, renderPlugins } from "./render-plugins";

/** Lists every file looked at, what it provides, and why any was left out. Broken files are tried once more. */
export async function pluginsCommand(session: Session): Promise<void> {
  const { world, line } = session;
  const { help, json } = readOptions(line.rest);
  if (help) {
    world.stdout.write(HELP);
    return;
  }
  const listing = await openWholeCatalog(session);
  const debug = line.switches.has("debug");
  world.stdout.write(json ? pluginsAsJson({ listing }) : renderPlugins({ listing, debug }));
}

const HELP = `Usage: appd plugins [--json]

Lists every plugin file, what it provides, or why it was left out. Broken files are tried once more; with
appd --debug plugins their stacks are shown.

Options:
  --json  Say it for programs.
  --help  Show this help.
`;

function readOptions(argv: readonly string[]): { readonly help?: boolean; readonly json?: boolean } {
  try {
    const options = { help: { type: "boolean" }, json: { type: "boolean" } } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new UsageError(
      "APPD_PLUGINS_USAGE",
      `appd plugins takes --json only; ${(cause as Error).message}`,
      { cause },
    );
  }
}
