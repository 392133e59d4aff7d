import { ConfigurationError } from "../base/errors";
import { shown } from "../base/text";
import { locatePlugins, type LocatedPlugin } from "../plugin/get-plugins";
import { PluginError } from "../plugin/errors";
import { ICheckerFactory } from "./i-checker-factory";

/** Two factories want the same type. */
export class AuthTypeClashError extends ConfigurationError {
  constructor(type: string, files: readonly string[]) {
    super(
      "APPD_AUTH_TYPE_CLASH",
      `two checker factories are called "${type}": ${files.join(" and ")}; rename one of them`,
    );
  }
}

const TYPE = /^[a-z][a-z0-9-]*$/;
const FORM = 'an authType has small letters, digits and "-"';

/**
 * All that plugins offer for `--auth`, by name. A project's factory hides a shipped one of the same type. `onError`
 * hears of plugins that are left out because of a fault.
 *
 * @throws AuthTypeClashError
 */
export async function findCheckerFactories(
  onError?: (error: PluginError) => void,
): Promise<ICheckerFactory[]> {
  const byType = new Map<string, LocatedPlugin<ICheckerFactory>[]>();
  for await (const found of locatePlugins(ICheckerFactory, { onError })) {
    const { authType } = found.plugin;
    if (typeof authType !== "string" || !TYPE.test(authType)) {
      onError?.(
        new PluginError(found.file.shown, `${shown(authType)} can't be typed behind --auth: ${FORM}`),
      );
      continue;
    }
    byType.set(authType, [...(byType.get(authType) ?? []), found]);
  }
  return [...byType]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([type, found]) => theOne(type, found));
}

function theOne(type: string, found: readonly LocatedPlugin<ICheckerFactory>[]): ICheckerFactory {
  const own = found.filter(({ file }) => file.source.kind !== "appd");
  const [first, second] = own.length > 0 ? own : found;
  if (!first || second)
    throw new AuthTypeClashError(
      type,
      found.map(({ file }) => file.shown),
    );
  return first.plugin;
}
