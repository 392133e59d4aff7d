import type { Project } from "../plugin/project";
import type { Launched } from "../runner/deployment-options";
import type { World } from "../runner/world";
import type { GlobalLine } from "./globals";

/** What every command works with: the process, the project, and what stood before the command. */
export interface Session {
  readonly world: World;
  readonly project: Project;
  readonly line: GlobalLine;
  /** What another process of appd's has started this one as. */
  readonly launched: Launched | undefined;
}
