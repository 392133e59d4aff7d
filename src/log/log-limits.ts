/** When a log file is full or old, and how that is written on a command line. */

/** Milliseconds, or whole days, which end at midnight. */
export type LogAge = { readonly milliseconds: number } | { readonly days: number };

const SIZE = /^(\d+(?:\.\d+)?) ?([KMG]?)(?:i?B)?$/i;
const SIZES: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const AGE = /^(\d+) ?([smhdw])$/i;
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const DAYS: Readonly<Record<string, number>> = { d: 1, w: 7 };
const DAY = 86_400_000;
const NEVER = ["0", "none"];

/** Bytes: `10M`, `500K`, `1.5G`; 0 for `0` and `none`; undefined for any other text. */
export function logSizeIn(text: string): number | undefined {
  if (NEVER.includes(text.toLowerCase())) return 0;
  const [, number, unit = ""] = SIZE.exec(text) ?? [];
  const size = Math.round(Number(number) * (SIZES[unit.toUpperCase()] ?? Number.NaN));
  return Number.isSafeInteger(size) ? size : undefined;
}

/** `12h`, `7d`; `none` for `0` and `none`; undefined for any other text, such as a number without its unit. */
export function logAgeIn(text: string): LogAge | "none" | undefined {
  if (NEVER.includes(text.toLowerCase())) return "none";
  const [, number, letter = ""] = AGE.exec(text) ?? [];
  const unit = letter.toLowerCase();
  const age = DAYS[unit] === undefined ? milliseconds(number, unit) : days(number, unit);
  return lengthOf(age) > 0 && lengthOf(age) < Number.MAX_SAFE_INTEGER ? age : undefined;
}

/** About how long that is, in milliseconds. */
export function lengthOf(age: LogAge): number {
  return "days" in age ? age.days * DAY : age.milliseconds;
}

/** When a file that was begun then is old, in milliseconds since 1970. Days end at midnight here, summer or winter. */
export function oldAt(begun: number, age: LogAge): number {
  if (!("days" in age)) return begun + age.milliseconds;
  const day = new Date(begun);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + age.days).getTime();
}

const milliseconds = (number: string | undefined, unit: string): LogAge => ({
  milliseconds: Number(number) * (MILLISECONDS[unit] ?? Number.NaN),
});
const days = (number: string | undefined, unit: string): LogAge => ({
  days: Number(number) * (DAYS[unit] ?? Number.NaN),
});
