import { quote } from "../base/text";
import { originText } from "./command-line";
import { RefusedValueError } from "./errors";
import type { Level } from "./level";
import type { PlannedField } from "./plan";

/** Puts the values that were given into their fields; the others keep their initial values. */
export function assignValues(level: Level, values: ReadonlyMap<PlannedField, unknown>): void {
  for (const [planned, value] of values) {
    if (planned.assign) assignBy(level, planned, value);
    else (level.instance as Record<string, unknown>)[planned.record.field] = value;
  }
}

/** What a `@Transform` throws is about the value. */
function assignBy(level: Level, planned: PlannedField, value: unknown): void {
  try {
    planned.assign?.(level.instance, value);
  } catch (error) {
    level.faulty.add(planned);
    level.faults.add(refusedBy(level, planned, error));
  }
}

function refusedBy(level: Level, planned: PlannedField, error: unknown): RefusedValueError {
  const given = level.given.get(planned);
  const start = `${level.command}: ${planned.label}`;
  const origin = `(${originText(given?.origin)})`;
  if (planned.record.details.secret) return new RefusedValueError(`${start} is refused ${origin}`);
  const said = error instanceof Error ? error.message : String(error);
  const got = (given?.texts ?? []).map(quote).join(", ");
  return new RefusedValueError(`${start}: ${said}, got ${got} ${origin}`, { cause: error });
}
