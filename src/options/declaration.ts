/**
 * What the decorators (and `describeOptions`) record about a class, and what is refused while it is declared:
 * names nobody could type, the same name twice, details nobody knows. Records go through `metadata/`; a subclass
 * inherits them, and a field that it declares again replaces its parent's in the same place.
 */
import { OWN_VARIABLES } from "../base/own-variables";
import { didYouMean } from "../base/suggest";
import { shown, word } from "../base/text";
import {
  inheritedMetadata,
  MetadataKey,
  ownMetadata,
  recordMetadata,
  type AnyClass,
} from "../metadata/metadata";
import type { OptionDetails, SubcommandDetails } from "./details";
import { OptionDeclarationError } from "./errors";
import type { OptionsShape } from "./options-shape";

/** Judges a value: true or undefined lets it pass, false refuses it, text says what it must be (`must be even`). */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each check takes the type of its own field
export type Check = (value: any, options: any) => CheckVerdict | Promise<CheckVerdict>;
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a check that only throws returns nothing
export type CheckVerdict = boolean | string | undefined | void;

/** An option, a parameter or an argument. */
export interface FieldRecord {
  readonly kind: "option" | "parameter" | "argument";
  readonly field: string;
  readonly name: string;
  readonly description: string;
  readonly details: OptionDetails;
  readonly check?: Check;
  /** Text where nothing tells its type; otherwise that is refused. */
  readonly elseText?: boolean;
}

/** A field that holds the options of a subcommand. */
export interface SubcommandRecord {
  readonly kind: "subcommand";
  readonly field: string;
  readonly name: string;
  readonly description: string;
  readonly details: SubcommandDetails;
  readonly options: () => AnyClass<object> | OptionsShape;
}

export type DeclaredRecord = FieldRecord | SubcommandRecord;

const DECLARED = new MetadataKey<readonly DeclaredRecord[]>("options");
const LONG = /^[a-z][a-z0-9-]*$/;
const RESERVED = ["help", "version"];

const ARGUMENT = "name type choices parse many required env placeholder advice hidden secret complete".split(
  " ",
);
const KNOWN: Readonly<Record<DeclaredRecord["kind"], readonly string[]>> = {
  argument: ARGUMENT,
  parameter: [...ARGUMENT, "short", "group", "prints"],
  option: [...ARGUMENT, "short", "group", "prints", "count"],
  subcommand: ["name", "alias", "default", "hidden"],
};

/**
 * Records one field on the prototype that declares it.
 *
 * @throws OptionDeclarationError
 */
export function declare(prototype: object, record: DeclaredRecord): void {
  const where = `${prototype.constructor.name || "options"}.${record.field}`;
  refuseUnlessSound(where, record);
  const own = ownMetadata(DECLARED, prototype) ?? [];
  if (own.some(({ field }) => field === record.field)) {
    throw new OptionDeclarationError(`${where} is declared twice: leave one of its decorators`);
  }
  refuseClashes(prototype.constructor.name, [...own, record]);
  recordMetadata(DECLARED, prototype, [...own, record]);
}

/**
 * All records of a class, its parents' first, each field once.
 *
 * @throws OptionDeclarationError when two fields of the whole family want the same name
 */
export function declaredBy(type: AnyClass<object>): readonly DeclaredRecord[] {
  const byField = new Map<string, DeclaredRecord>();
  for (const own of inheritedMetadata(DECLARED, type.prototype as object)) {
    for (const record of own) byField.set(record.field, record);
  }
  const records = [...byField.values()];
  refuseClashes(type.name, records);
  return records;
}

function refuseUnlessSound(where: string, record: DeclaredRecord): void {
  const { description, details, name } = record;
  if (typeof description !== "string" || description.trim() === "") {
    throw new OptionDeclarationError(`${where} has no description: say in a few words what it is for`);
  }
  const unknown = Object.keys(details).find((key) => !KNOWN[record.kind].includes(key));
  if (unknown !== undefined) {
    const near = didYouMean(unknown, KNOWN[record.kind]);
    throw new OptionDeclarationError(`${where}: nobody knows a detail called ${word(unknown)}${near}`);
  }
  if (!LONG.test(name)) {
    const rule = "a name is a small letter, then small letters, digits and dashes";
    throw new OptionDeclarationError(
      `${where} can't be called ${word(name)}: ${rule}; say another with { name }`,
    );
  }
  if (record.kind === "subcommand") refuseBadAlias(where, record.details.alias);
  else refuseBadOption(where, record);
}

function refuseBadAlias(where: string, alias: string | undefined): void {
  if (alias === undefined || LONG.test(alias)) return;
  throw new OptionDeclarationError(`${where} can't have the alias ${word(alias)}: it must be like a name`);
}

function refuseBadOption(where: string, record: FieldRecord): void {
  const { short, count, choices, type, parse } = record.details;
  if (record.kind !== "argument" && RESERVED.includes(record.name)) {
    throw new OptionDeclarationError(
      `${where} can't be --${record.name}: that is appd's own; say another { name }`,
    );
  }
  if (short !== undefined && !/^[a-zA-Z0-9]$/.test(short)) {
    throw new OptionDeclarationError(`${where}: short is one letter or digit, not ${word(short)}`);
  }
  refuseBadVariable(where, record.details.env);
  const ways = [count === true && "count", choices && "choices", type && "type", parse && "parse"].filter(
    Boolean,
  );
  const both = ways.length > 1 && !(ways.length === 2 && choices && type);
  if (both) {
    throw new OptionDeclarationError(
      `${where} says ${ways.join(" and ")}: one of them says what its text means`,
    );
  }
}

function refuseBadVariable(where: string, env: unknown): void {
  if (env === undefined || env === false) return;
  if (typeof env !== "string" || !/^[A-Za-z_]\w*$/.test(env)) {
    const rule = "it takes letters, digits and underscores, or false for none";
    throw new OptionDeclarationError(
      `${where} can't be read from ${typeof env === "string" ? word(env) : shown(env)}: ${rule}`,
    );
  }
  if (OWN_VARIABLES.has(env)) {
    throw new OptionDeclarationError(
      `${where} can't be read from ${env}: that is appd's own; say another { env }`,
    );
  }
}

function refuseClashes(owner: string, records: readonly DeclaredRecord[]): void {
  const claims = new Map<string, string>();
  const claim = (name: string, field: string, shown: string): void => {
    const other = claims.get(name);
    if (other !== undefined) {
      throw new OptionDeclarationError(`${owner}.${field} can't be ${shown}: ${owner}.${other} is already`);
    }
    claims.set(name, field);
  };
  for (const record of records) {
    const { field, name } = record;
    if (record.kind === "subcommand") {
      claim(`word ${name}`, field, `the subcommand ${name}`);
      if (record.details.alias !== undefined)
        claim(`word ${record.details.alias}`, field, record.details.alias);
      if (record.details.default) claim("default", field, "the default subcommand");
      continue;
    }
    claim(`name ${name}`, field, record.kind === "argument" ? `<${name}>` : `--${name}`);
    const { short } = record.details;
    if (short !== undefined) claim(`-${short}`, field, `-${short}`);
  }
  refuseMixture(owner, records);
}

/** The first word can't be both a subcommand and a value. */
function refuseMixture(owner: string, records: readonly DeclaredRecord[]): void {
  const argument = records.find(({ kind }) => kind === "argument");
  if (!argument || !records.some(({ kind }) => kind === "subcommand")) return;
  const advice = "give each subcommand its own arguments";
  throw new OptionDeclarationError(
    `${owner}.${argument.field}: a class with subcommands takes no arguments; ${advice}`,
  );
}
