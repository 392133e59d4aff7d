import type { FileContent } from "./listing";
import type { Project } from "./project";
import type { Witness } from "./witness";

/** What is remembered of one plugin file. */
export interface IndexedFile {
  readonly self: Witness;
  /** The project's own files that loading it read, and places where it looked for some in vain. */
  readonly behind: readonly Witness[];
  readonly content: FileContent;
}

/** What is remembered of a project's plugins. It is data, never code, and holds no defaults of options. */
export interface PluginIndex {
  /** What every file depends on: the project's package.json and the record of what is installed. */
  readonly common: readonly Witness[];
  /** The files, as their paths are shown. */
  readonly shown: readonly string[];
  /** What is remembered of one of them. */
  file(shown: string): IndexedFile | undefined;
}

/** Which index: of another version of appd or of Node, or of another project, none is read. */
export interface IndexKey {
  readonly project: Project;
  /** appd's version, if it isn't the one of its package. */
  readonly version?: string | undefined;
}
