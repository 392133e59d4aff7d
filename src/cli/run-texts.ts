/** What is said of a run, in words for people. */
import { printable } from "../log/printable";

/** The time where it is read: `2026-11-23 06:15:33`. */
export function sinceText(iso: string): string {
  const at = new Date(iso);
  const two = (number: number): string => String(number).padStart(2, "0");
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}

/** How long that is, with the two largest units: `3 d 4 h`, `12 s`. */
export function durationText(ms: number): string {
  let left = Math.max(0, Math.floor(ms / 1_000));
  const parts: string[] = [];
  for (const [seconds, unit] of UNITS) {
    const amount = Math.floor(left / seconds);
    left -= amount * seconds;
    if (amount > 0 || parts.length > 0) parts.push(amount > 0 ? `${amount} ${unit}` : "");
  }
  return parts.slice(0, 2).filter(Boolean).join(" ") || "0 s";
}

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
] as const;

/** `1.2 s` */
export const secondsText = (ms: number): string => `${(ms / 1_000).toFixed(1).replace(/\.0$/, "")} s`;

/** Megabytes, of 1024 kilobytes each. */
export const memoryText = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;

/** Rows below their headings; nothing in them can move a terminal's cursor. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const safe = [headings, ...rows.map((row) => row.map((cell) => printable(cell)))];
  const widths = headings.map((_, column) => Math.max(...safe.map((row) => row[column]?.length ?? 0)));
  return safe
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
