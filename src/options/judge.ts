/**
 * Whether the finished instance is accepted: class-validator judges it where its class declares a constraint,
 * and each `check` its own value. What they say becomes a line in the option's own name.
 */
import type { validate, ValidationError } from "class-validator";
import { shown } from "../base/text";
import { originText } from "./command-line";
import { MissingOptionError, RefusedValueError } from "./errors";
import { valueOf, type Level } from "./level";
import { loadedFile } from "./loaded-package";
import { missingText } from "./missing";
import type { OptionsShape } from "./options-shape";
import type { PlannedField } from "./plan";

/** What class-validator knows about classes; every copy of it shares this. */
interface ConstraintStorage {
  getTargetValidationMetadatas(
    target: unknown,
    schema: string,
    always: boolean,
    strict: boolean,
  ): readonly unknown[];
}

interface Library {
  readonly validate: typeof validate;
}

const constrained = new WeakMap<OptionsShape, boolean>();

/** Whether anything has to be judged at all. */
export function isJudged(shape: OptionsShape): boolean {
  const known = constrained.get(shape);
  if (known !== undefined) return known;
  const found = hasConstraints(shape.type) || shape.fields.some(({ check }) => check);
  constrained.set(shape, found);
  return found;
}

/** Reports everything that is refused; fields that have a fault already are left out. */
export async function judge(level: Level): Promise<void> {
  if (hasConstraints(level.shape.type)) await askClassValidator(level);
  for (const planned of level.plan.fields) await askCheck(level, planned);
}

function hasConstraints(type: OptionsShape["type"]): boolean {
  const { classValidatorMetadataStorage: storage } = globalThis as {
    readonly classValidatorMetadataStorage?: ConstraintStorage;
  };
  return storage !== undefined && storage.getTargetValidationMetadatas(type, "", true, false).length > 0;
}

async function askClassValidator(level: Level): Promise<void> {
  const errors = await library().validate(level.instance, { forbidUnknownValues: true });
  const order = level.plan.fields.map(({ record }) => record.field);
  const place = ({ property }: ValidationError): number =>
    order.includes(property) ? order.indexOf(property) : order.length;
  for (const error of errors.sort((a, b) => place(a) - place(b))) {
    // the options of a subcommand are judged on a level of their own
    if (level.shape.subcommands.some(({ field }) => field === error.property)) continue;
    const planned = level.plan.fields.find(({ record }) => record.field === error.property);
    if (planned && level.faulty.has(planned)) continue;
    if (planned) level.faulty.add(planned);
    reportError(level, planned, error);
  }
}

let found: Library | undefined;

function library(): Library {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only where a class has constraints
  found ??= (loadedFile("class-validator/cjs/index.js") ?? require("class-validator")) as Library;
  return found;
}

function reportError(level: Level, planned: PlannedField | undefined, error: ValidationError): void {
  if (planned && !level.given.has(planned) && isAbsent(error.value)) {
    level.faults.add(new MissingOptionError(missingText(level, planned)));
    return;
  }
  const label = planned?.label ?? error.property;
  reportConstraints(level, { planned, error, label });
}

interface Complaint {
  readonly planned: PlannedField | undefined;
  readonly error: ValidationError;
  /** What the message calls it: `--origin.x` for a field of a nested object. */
  readonly label: string;
}

/** Constraints are told in the order in which they are written: decorators run from the last to the first. */
function reportConstraints(level: Level, { planned, error, label }: Complaint): void {
  for (const [constraint, message] of Object.entries(error.constraints ?? {}).reverse()) {
    const complaint = { planned, value: error.value as unknown, label };
    report(level, { ...complaint, constraint, words: inOwnName(message, error.property, label) });
  }
  for (const child of error.children ?? []) {
    const inner = /^\d+$/.test(child.property) ? `${label}[${child.property}]` : `${label}.${child.property}`;
    reportConstraints(level, { planned, error: child, label: inner });
  }
}

/** class-validator begins a message with the name of the property. */
function inOwnName(message: string, property: string, label: string): string {
  for (const start of ["", "each value in ", "nested property ", "each value in nested property "]) {
    if (message.startsWith(`${start}${property} `)) {
      return `${start}${label}${message.slice(start.length + property.length)}`;
    }
  }
  return `${label}: ${message}`;
}

async function askCheck(level: Level, planned: PlannedField): Promise<void> {
  const { check } = planned.record;
  const value = valueOf(level, planned);
  if (!check || isAbsent(value) || level.faulty.has(planned)) return;
  const verdict = await verdictOf(() => check(value, level.instance));
  if (verdict === true || verdict === undefined) return;
  level.faulty.add(planned);
  const { label } = planned;
  const words = typeof verdict === "string" ? `${label} ${verdict}` : `${label} is refused`;
  report(level, { planned, value, label, words, constraint: "its check" });
}

/** A check may also throw what it has to say. */
async function verdictOf(ask: () => unknown): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    return error instanceof Error ? `is refused: ${error.message}` : false;
  }
}

interface Refused {
  readonly planned: PlannedField | undefined;
  readonly value: unknown;
  readonly label: string;
  readonly words: string;
  readonly constraint: string;
}

/** The words about a secret are shown unless they repeat it. */
function report(level: Level, { planned, value, label, words, constraint }: Refused): void {
  const given = planned && level.given.get(planned);
  const origin = planned ? ` (${originText(given?.origin)})` : "";
  const secret = planned?.record.details.secret === true;
  const safe =
    secret && words.slice(label.length).includes(String(value)) ? `${label} fails ${constraint}` : words;
  const got = secret ? "" : `, got ${shown(value)}`;
  level.faults.add(new RefusedValueError(`${level.command}: ${safe}${got}${origin}`));
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
