/** What a project's tests import from "appd/testing". */
export {
  testMaker,
  type MakerClass,
  type OptionsIn,
  type TestedMaker,
  type TestSettings,
} from "./test-maker";
export type { TestedApp } from "./tested-app";
export { memoryPortal } from "./memory-portal";
