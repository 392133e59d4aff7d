/** `preset: "appd/jest"`: Jest compiles TypeScript as the `appd` command does. It needs `npm i -D jest @swc/jest`. */
import { join } from "node:path";
import { swcSettings } from "./plugin/swc-settings";

// What `import()` names is required too: Jest's own needs a flag of Node's.
const settings = swcSettings();

/** Jest wants a preset as its module's default. */
const preset = {
  testEnvironment: "node",
  resolver: join(__dirname, "jest-resolver.js"),
  transform: {
    "\\.[cm]?ts$": ["@swc/jest", settings],
    "\\.[cm]?js$": ["@swc/jest", { ...settings, jsc: { ...settings.jsc, parser: { syntax: "ecmascript" } } }],
  },
};

export default preset;
