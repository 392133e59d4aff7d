import { adapt } from "../interface/adapters";
import type { AbstractClass } from "../interface/record";
import type { ImportOptions } from "./import-module";
import { loadFile } from "./load-file";
import { scanPlugins } from "./scan";
import type { Where } from "./sources";

export interface GetPluginsOptions extends Where, ImportOptions {}

/** Every plugin that provides an interface, or can be adapted to it. Each call looks again. */
export async function* getPlugins<T>(
  wanted: AbstractClass<T>,
  options: GetPluginsOptions,
): AsyncGenerator<T> {
  const seen = new Set<object>();
  for (const file of scanPlugins(options).files) {
    if (file.leftOut !== undefined) continue;
    const exported = await loadFile(file, options).catch(() => []);
    for (const { plugin } of exported) {
      if (!plugin || seen.has(plugin)) continue;
      seen.add(plugin);
      const adapted = adapt(plugin, wanted);
      if (adapted !== undefined) yield adapted;
    }
  }
}
