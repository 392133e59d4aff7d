import { join } from "node:path";
import { IServiceMaker } from "../maker/i-service-maker";
import { cacheFolder } from "../plugin/cache-folder";
import { PluginCatalog, type CatalogOptions } from "../plugin/catalog";
import { lookForPluginsIn } from "../plugin/get-plugins";
import { installHooks } from "../plugin/hooks";
import { importGuard } from "../plugin/import-guard";
import { ownPackage, shippedPlugins } from "../plugin/own-package";
import { keepsCode } from "./code-cache";
import type { MakerSummary } from "./commands";
import { onceStarted } from "./once-started";
import type { Session } from "./session";

/** Everything the project's plugins need to be loaded: hooks, and the answer to where `getPlugins` looks. */
export function preparePlugins({ world, project }: Session): CatalogOptions {
  const { environment } = world;
  const { folder, version } = ownPackage();
  const own = (file: string): string => join(folder, "dist", file);
  installHooks({
    version,
    cacheFolder: cacheFolder(project, environment),
    setSourceMaps: (on) => world.setSourceMaps(on),
    later: keepsCode(environment) ? (work) => onceStarted(world, work) : undefined,
    answers: { tsyringe: own("tsyringe.js") },
    exports: { appd: own("index.js"), "appd/testing": own("testing.js") },
  });
  const options = { project, environment, version, guard: importGuard(world.guarded), summarize };
  // No maker comes with appd: what does is looked at only when somebody asks for it.
  lookForPluginsIn({ ...options, shipped: shippedPlugins() });
  return options;
}

/**
 * Looks at all of the project's plugins; loads those that are new or have changed. Standard output is for the
 * list: what they print meanwhile goes to standard error.
 */
export function openCatalog(session: Session): Promise<PluginCatalog> {
  return openWith(session, {});
}

/** The same with appd's own, and broken files are tried again. */
export function openWholeCatalog(session: Session): Promise<PluginCatalog> {
  return openWith(session, { shipped: shippedPlugins(), retry: true });
}

async function openWith(
  session: Session,
  added: Pick<CatalogOptions, "shipped" | "retry">,
): Promise<PluginCatalog> {
  const restore = session.world.divertOutput();
  try {
    return await PluginCatalog.open({ ...preparePlugins(session), ...added });
  } finally {
    restore();
  }
}

/** Whether a plugin is what a command runs. */
export const isMaker = (plugin: object): plugin is IServiceMaker => plugin instanceof IServiceMaker;

function summarize(plugin: object): MakerSummary | undefined {
  if (!isMaker(plugin)) return undefined;
  return { tapname: plugin.tapname, description: plugin.description };
}
