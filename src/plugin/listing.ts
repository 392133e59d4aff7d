import type { AppdError } from "../base/errors";
import { PluginError } from "./errors";
import type { LookedAt, Scan } from "./scan";

/** One plugin of a file, as it is known without loading it. */
export interface PluginEntry {
  readonly file: LookedAt;
  /** The name under which the file exports it. */
  readonly exportName: string;
  /** Names of the interfaces that it provides. Two interfaces may share a name. */
  readonly provides: readonly string[];
  /** What the command that opened the catalog made of it: of a maker its tapname and description. */
  readonly summary?: unknown;
}

/** Why a file, or one of its exports, is no use. */
export interface Fault {
  readonly exportName?: string | undefined;
  /** One line. */
  readonly reason: string;
  readonly stack?: string | undefined;
}

/** What a plugin file was found to hold when it was last loaded. */
export interface FileContent {
  readonly plugins: readonly Omit<PluginEntry, "file">[];
  readonly faults: readonly Fault[];
  /** Exports that are no plugins, though one might think so. */
  readonly others: readonly Fault[];
}

/** A file that was looked at, and what it holds; nothing if it was left out. */
export interface ListedFile extends LookedAt, FileContent {}

/** Everything that was looked at, and every plugin in it. */
export interface Listing {
  readonly files: readonly ListedFile[];
  readonly entries: readonly PluginEntry[];
  /** Faults of sources and of plugins, one line each. None of them keeps the others from being used. */
  readonly problems: readonly AppdError[];
}

const NOTHING: FileContent = { plugins: [], faults: [], others: [] };

/** Puts together what a scan found and what the files hold. */
export function listingOf(scan: Scan, contentOf: (file: LookedAt) => FileContent | undefined): Listing {
  const files: ListedFile[] = [];
  const entries: PluginEntry[] = [];
  const problems = [...scan.problems];
  for (const file of scan.files) {
    const content = (file.leftOut === undefined ? contentOf(file) : undefined) ?? NOTHING;
    const { plugins, faults, others } = content;
    files.push({ ...file, plugins, faults, others });
    for (const { exportName, provides, summary } of plugins)
      entries.push({ file, exportName, provides, summary });
    for (const fault of faults) problems.push(problemOf(file, fault));
  }
  return { files, entries, problems };
}

/** The error that a fault is, with the stack that was remembered. */
export function problemOf({ shown }: LookedAt, { exportName, reason, stack }: Fault): PluginError {
  const error = new PluginError(shown, exportName === undefined ? reason : `${exportName}: ${reason}`);
  if (stack !== undefined) error.stack = stack;
  return error;
}
