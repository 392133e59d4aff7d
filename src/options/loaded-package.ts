/**
 * Finds a package that the user's own classes have loaded, so that theirs is asked and not another copy of it,
 * and so that nothing is loaded for classes that don't use it.
 */

/** The exports of a file of a package, if that file is loaded: `class-transformer/cjs/storage.js`. */
export function loadedFile(path: string): unknown {
  const ending = `/node_modules/${path}`;
  const file = Object.keys(require.cache).find((name) => name.replace(/\\/g, "/").endsWith(ending));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is loaded, by a name known only now
  return file === undefined ? undefined : (require(file) as unknown);
}
