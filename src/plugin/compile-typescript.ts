import type { Options, transformSync } from "@swc/core";
import { NoCompilerError, TypeScriptSyntaxError } from "./errors";
import { swcSettings } from "./swc-settings";

interface Compiler {
  readonly transformSync: typeof transformSync;
}

/** Counts up when the options below change what comes out. */
export const COMPILE_FORMAT = 2;

/**
 * Compiles TypeScript to CommonJS with legacy decorators and their metadata, whatever a tsconfig says, and its
 * source map inside. `import()` in it goes through `require`, as its other imports do: one class, one namespace.
 *
 * @throws NoCompilerError without @swc/core
 * @throws TypeScriptSyntaxError
 */
export function compileTypeScript(source: string, file: string): string {
  const { transformSync: transform } = compiler(file);
  try {
    return withImports(transform(source, optionsFor(file)).code);
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

const optionsFor = (filename: string): Options => ({
  ...swcSettings(),
  filename,
  sourceMaps: "inline",
  inlineSourcesContent: false,
});

const IMPORT = /(\.then\(\(\w*\)\s*=>\s*)(?:\/\*#__PURE__\*\/\s*)?_interop_require_wildcard\(require\(/g;

/**
 * What `import()` does in the compiled text. The real one, which is written with a space so that this text is no
 * dynamic import of our own (see src/cli/code-cache.ts), is for what can't be required: an ES module with top-level
 * await, or a package with nothing for `require`, and URLs with more than a path. A namespace stays what it is.
 */
const IMPORTED = `function _appd_import(specifier) {
  const isFile = specifier.startsWith("file:");
  if (/^data:/.test(specifier) || (isFile || /^\\.{0,2}\\//.test(specifier)) && /[?#]/.test(specifier)) return import (specifier);
  let found;
  try {
    found = require(isFile ? require("node:url").fileURLToPath(specifier) : specifier);
  } catch (error) {
    if (!/^ERR_(?:REQUIRE_(?:ASYNC|CYCLE)_MODULE|REQUIRE_ESM|PACKAGE_PATH_NOT_EXPORTED)$/.test(error?.code)) throw error;
    return import (specifier);
  }
  return require("node:util").types.isModuleNamespaceObject(found) ? found : _interop_require_wildcard(found);
}
`;

/** `String` takes the specifier, which may be a URL object, and leaves what stands behind it. */
function withImports(code: string): string {
  const text = code.replace(IMPORT, (_, start: string) => `${start}_appd_import(String(`);
  // Behind everything else, where it moves no line.
  return text === code ? code : `${code.endsWith("\n") ? text : `${text}\n`}${IMPORTED}`;
}
