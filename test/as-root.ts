/** Tests of what only root may do: where somebody else runs them they are skipped, and that is seen. */
export const describeAsRoot: jest.Describe = (() => {
  if (process.getuid?.() === 0) return describe;
  process.stderr.write("skipped: what only root can do\n");
  return describe.skip;
})();
