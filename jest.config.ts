/** @jest-config-loader esbuild-register */
import type { Config } from "jest";

const shared = {
  transform: {
    "\\.[cm]?ts$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2022",
          parser: { syntax: "typescript", decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
        module: { type: "commonjs", ignoreDynamic: false },
      },
    ],
  },
  moduleNameMapper: {
    "^appd$": "<rootDir>/src/index.ts",
    "^appd/testing$": "<rootDir>/src/testing/index.ts",
    // A thread is outside of what Jest compiles.
    "/_crypt-thread$": "<rootDir>/test/plugins-auth/crypt-thread.cjs",
  },
} satisfies Config;

const config: Config = {
  // The end-to-end tests mostly wait for processes: on two cores Jest would take one.
  maxWorkers: "100%",
  projects: [
    {
      ...shared,
      displayName: "unit",
      setupFilesAfterEnv: ["<rootDir>/test/patience.ts"],
      roots: ["<rootDir>/test"],
      testMatch: ["**/*.test.ts"],
      testPathIgnorePatterns: ["/test/e2e/"],
    },
    {
      ...shared,
      displayName: "e2e",
      roots: ["<rootDir>/test/e2e"],
      testMatch: ["**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/test/e2e/patience.ts"],
      globalSetup: "<rootDir>/test/e2e/pack.ts",
      globalTeardown: "<rootDir>/test/e2e/unpack.ts",
    },
  ],
};

export default config;
