import type { AppdError } from "../base/errors";
import type { CommandLine, Origin } from "./command-line";
import type { OptionsShape } from "./options-shape";
import type { Plan, PlannedField } from "./plan";
import type { OptionToken, WordToken } from "./tokenise";

/** One command or subcommand on the line, and what became known of it so far. */
export interface Level {
  /** `myproject`, `myproject add`: every message begins with it. */
  readonly command: string;
  /** The subcommands that led here. */
  readonly path: readonly SubcommandStep[];
  readonly outer: Level | undefined;
  readonly line: CommandLine;
  readonly shape: OptionsShape;
  readonly plan: Plan;
  readonly instance: object;
  /** The words of this level: where its options' tokens point to. */
  readonly argv: readonly string[];
  readonly options: readonly OptionToken[];
  readonly positionals: readonly WordToken[];
  readonly given: Map<PlannedField, Given>;
  /** Fields that have a fault already: one is enough. */
  readonly faulty: Set<PlannedField>;
  /** Shared by all levels of a line. */
  readonly faults: FaultList;
}

/** A subcommand that was chosen. */
export interface SubcommandStep {
  readonly name: string;
  readonly field: string;
  readonly description: string;
}

/** What was given for one field: pieces of text, or, for a switch or a counter, its value. */
export interface Given {
  readonly planned: PlannedField;
  readonly origin: Origin;
  readonly texts: readonly string[];
  readonly value: boolean | number | undefined;
  /** Stands behind the message when the text is no value. */
  readonly hint: string | undefined;
}

/** Faults in the order in which they were found, each once. */
export class FaultList {
  readonly #found = new Map<string, AppdError>();

  add(fault: AppdError): void {
    if (!this.#found.has(fault.message)) this.#found.set(fault.message, fault);
  }

  get all(): readonly AppdError[] {
    return [...this.#found.values()];
  }
}

/** A field's value as it stands. */
export function valueOf(level: Level, { record }: PlannedField): unknown {
  return (level.instance as Readonly<Record<string, unknown>>)[record.field];
}
