// The guests' hashing thread, as its source has it.
require("esbuild-register");
require("../../src/plugins/_crypt-thread.ts");
