import type { Options, transformSync } from "@swc/core";
import { NoCompilerError, TypeScriptSyntaxError } from "./errors";
import { swcSettings } from "./swc-settings";

/** What a compiled text depends on, besides its source: part of its name in the cache. */
export interface CompileSettings {
  /**
   * Whether `import()` stays as it is. Where Node has no hooks for it, it becomes a `require`, which goes
   * through ours.
   */
  readonly keepDynamicImport: boolean;
}

interface Compiler {
  readonly transformSync: typeof transformSync;
}

/** Counts up when the options below change what comes out. */
export const COMPILE_FORMAT = 1;

/**
 * Compiles TypeScript to CommonJS with legacy decorators and their metadata, whatever a tsconfig says, and its
 * source map inside.
 *
 * @throws NoCompilerError without @swc/core
 * @throws TypeScriptSyntaxError
 */
export function compileTypeScript(source: string, file: string, settings: CompileSettings): string {
  const { transformSync: transform } = compiler(file);
  try {
    const { code } = transform(source, optionsFor(file, settings));
    return settings.keepDynamicImport ? code : withAsyncModules(code);
  } catch (error) {
    throw new TypeScriptSyntaxError(file, error);
  }
}

function compiler(file: string): Compiler {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when there is something to compile
    return require("@swc/core") as Compiler;
  } catch (error) {
    throw new NoCompilerError(file, error);
  }
}

const optionsFor = (filename: string, settings: CompileSettings): Options => ({
  ...swcSettings(settings),
  filename,
  sourceMaps: "inline",
  inlineSourcesContent: false,
});

/**
 * An ES module with top-level await can't be required: for such a one the real `import()` is left. Written with a
 * space, so that this text is no dynamic import of our own (see src/cli/code-cache.ts).
 */
function withAsyncModules(code: string): string {
  return code.replace(
    /Promise\.resolve\(\)\.then\(\(\)\s*=>\s*(?:\/\*#__PURE__\*\/\s*)?_interop_require_wildcard\(require\(("(?:[^"\\\n]|\\.)*")\)\)\)/g,
    (whole, specifier: string) =>
      `${whole}.catch((error)=>{if(error?.code!=="ERR_REQUIRE_ASYNC_MODULE")throw error;return import (${specifier})})`,
  );
}
