import { join } from "node:path";
import { IServiceMaker } from "../maker/i-service-maker";
import { cacheFolder } from "../plugin/cache-folder";
import { PluginCatalog } from "../plugin/catalog";
import { installHooks } from "../plugin/hooks";
import { importGuard } from "../plugin/import-guard";
import type { MakerSummary } from "./commands";
import type { Session } from "./main";
import { PACKAGE_FOLDER } from "./own-copy";

/** Looks at all of the project's plugins. */
export async function openCatalog(
  session: Pick<Session, "world" | "project">,
  { retry }: { readonly retry?: boolean } = {},
): Promise<PluginCatalog> {
  const { world, project } = session;
  installProjectHooks(session);
  return PluginCatalog.open({
    project,
    environment: world.environment,
    guard: importGuard(world.guarded),
    summarize,
    retry,
  });
}

/** Lets this process load TypeScript, and one copy of what there must be one of. */
export function installProjectHooks({ world, project }: Pick<Session, "world" | "project">): void {
  installHooks({
    cacheFolder: cacheFolder(project, world.environment),
    enableSourceMaps: () => world.enableSourceMaps(),
    answers: { tsyringe: own("tsyringe.js") },
    fallbacks: { appd: own("index.js"), "appd/testing": own("testing.js") },
  });
}

const own = (file: string): string => join(PACKAGE_FOLDER, "dist", file);

function summarize(plugin: object): MakerSummary | undefined {
  if (!(plugin instanceof IServiceMaker)) return undefined;
  return { tapname: plugin.tapname, description: plugin.description };
}
