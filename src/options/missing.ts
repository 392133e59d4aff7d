import { variablesOf } from "./environment";
import { MissingOptionError } from "./errors";
import type { Level } from "./level";
import type { PlannedField } from "./plan";

/** Reports every required field that nobody gave. */
export function reportMissing(level: Level): void {
  for (const planned of level.plan.fields) {
    if (!planned.required || level.given.has(planned) || level.faulty.has(planned)) continue;
    level.faults.add(new MissingOptionError(missingText(level, planned)));
  }
}

/** `myproject: --mode is required (give --mode <fast|slow>, or set APPD_MYPROJECT_MODE)` */
export function missingText(level: Level, planned: PlannedField): string {
  const { label, kind, record, type } = planned;
  const value = kind === "value" ? ` <${record.details.placeholder ?? type.placeholder}>` : "";
  const variable = variablesOf(level).get(planned);
  const ways = variable === undefined ? `give ${label}${value}` : `give ${label}${value}, or set ${variable}`;
  const { advice } = record.details;
  return `${level.command}: ${label} is required (${ways})${advice === undefined ? "" : `; ${advice}`}`;
}
