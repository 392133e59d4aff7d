/** Whatever installs a package, or runs a compiler, may take its time on a busy machine. */
jest.setTimeout(120_000);
