import type { Project } from "../plugin/project";
import type { World } from "../runner/world";
import type { GlobalLine } from "./globals";

/** What every command works with: the process, the project, and what stood before the command. */
export interface Session {
  readonly world: World;
  readonly project: Project;
  readonly line: GlobalLine;
}
