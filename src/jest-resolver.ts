/** Under `preset: "appd/jest"`, `./x.js` means `x.ts` where there is one, as it does for TypeScript and for appd. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

interface JestsResolver {
  readonly basedir: string;
  defaultResolver(request: string, options: JestsResolver): string;
}

const COMPILED = /\.([cm]?)js$/;

/** Jest calls it for every request. */
export function sync(request: string, options: JestsResolver): string {
  const source =
    /^\.{1,2}\//.test(request) && COMPILED.test(request) ? sourceOf(request, options) : undefined;
  return source ?? options.defaultResolver(request, options);
}

function sourceOf(request: string, { basedir }: JestsResolver): string | undefined {
  const path = resolve(basedir, request);
  if (/[\\/]node_modules[\\/]/.test(path)) return undefined;
  const source = path.replace(COMPILED, ".$1ts");
  return existsSync(source) ? source : undefined;
}
