import type { Comparison, Sample } from "./compare";

/** A line of the table: how something compares, and what was promised. */
export interface Finding {
  /** The letter of its item. */
  readonly item?: string;
  readonly what: string;
  readonly against: string;
  /** Ratios, for what is measured in time. */
  readonly wall?: number | undefined;
  readonly cpu?: number | undefined;
  /** What has no ratio, or a figure worth saying. */
  readonly note?: string | undefined;
  readonly target?: string | undefined;
  readonly met?: boolean | undefined;
}

/** A limit for a ratio. */
export interface Limit {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One of the things that the bench measures. */
export interface Item {
  readonly name: string;
  readonly title: string;
  measure(bench: Bench): Promise<Findings>;
}

export interface Findings {
  readonly findings: readonly Finding[];
  /** The medians behind them, by what was measured. */
  readonly medians: Readonly<Record<string, Sample>>;
}

/** What every item works with. */
export interface Bench {
  readonly runs: number;
  /** A folder for projects, removed at the end. */
  readonly site: string;
}

/** Judged by processor time where it is known: it is the steadier one. */
export function judge(what: string, against: string, measured: Sample & Limit): Finding {
  const { wall, cpu, atMost = Infinity, atLeast = -Infinity } = measured;
  const value = cpu ?? wall;
  const ratios = { what, against, wall, cpu };
  if (atMost < Infinity) return { ...ratios, target: `≤ ${atMost}`, met: value <= atMost };
  if (atLeast > -Infinity) return { ...ratios, target: `≥ ${atLeast}`, met: value >= atLeast };
  return ratios;
}

export function mediansOf(comparison: Comparison): Record<string, Sample> {
  return Object.fromEntries([...comparison.samples.keys()].map((name) => [name, comparison.median(name)]));
}

const HEADS = ["", "what", "against", "wall", "CPU", "target", "met", "note"];

/** The findings as columns of text. */
export function table(findings: readonly Finding[]): string {
  const rows = [HEADS, ...findings.map(cells)];
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return lines.join("\n");
}

function cells({ item, what, against, wall, cpu, target, met, note }: Finding): string[] {
  const verdict = met === undefined ? "" : met ? "yes" : "NO";
  return [item ?? "", what, against, ratio(wall), ratio(cpu), target ?? "", verdict, note ?? ""];
}

const ratio = (value: number | undefined): string => (value === undefined ? "" : value.toFixed(2));
