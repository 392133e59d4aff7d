import { didYouMean } from "../base/suggest";
import { quote } from "../base/text";
import { formOf, type EndpointKind, type EndpointParameter } from "./endpoint-kind";
import { placeIn, type EndpointArgument } from "./endpoint-text";
import { EndpointError, EndpointTextError, type TextFault } from "./errors";

/** What is needed to read the arguments of one endpoint. */
export interface ReadingArguments<E> {
  readonly text: string;
  readonly args: readonly EndpointArgument[];
  readonly kind: EndpointKind<E>;
  /** Reads an endpoint that is part of this one. */
  readonly nested: (text: string) => E;
  /** Whether a word begins an endpoint. */
  readonly isKind: (word: string) => boolean;
}

const COLONS = ' (a colon inside a value is written "\\:")';

/** The endpoint that a kind makes of its arguments. @throws EndpointTextError */
export function readArguments<E>(reading: ReadingArguments<E>): E {
  const given = givenByName(reading);
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(reading.kind.parameters))
    values[name] = valueOf(reading, { name, parameter, argument: given.get(name) });
  try {
    return reading.kind.make(values);
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    const at = reading.args[0]?.at ?? reading.text.length;
    throw fault(reading, { at, problem: error.message, cause: error });
  }
}

function givenByName<E>(reading: ReadingArguments<E>): Map<string, EndpointArgument> {
  const { args, kind } = reading;
  const names = Object.keys(kind.parameters);
  const whole = names.find((name) => kind.parameters[name]?.rest);
  const given = new Map<string, EndpointArgument>();
  let place = 0;
  let behind = 0;
  for (const [index, argument] of args.entries()) {
    if (index < behind) continue;
    if (argument.name === undefined && whole !== undefined) {
      take(reading, { given, name: whole, argument: restFrom(reading.text, argument) });
      break;
    }
    const name = argument.name ?? names[place++];
    const parameter = name === undefined ? undefined : parameterOf(kind, name);
    if (name === undefined || !parameter) throw notTaken(reading, argument);
    const runsOn = whole !== undefined && parameter.type.runsOn;
    const last = runsOn ? lastOf(reading, { index, parameter }) : index;
    take(reading, { given, name, argument: joined(args, index, last) });
    behind = last + 1;
  }
  return given;
}

function take<E>(
  reading: ReadingArguments<E>,
  taken: { given: Map<string, EndpointArgument>; name: string; argument: EndpointArgument },
): void {
  const { given, name, argument } = taken;
  if (given.has(name)) {
    const hint = argument.name === undefined ? COLONS : "";
    throw fault(reading, { at: argument.at, problem: `${name} is given twice`, hint });
  }
  given.set(name, argument);
}

/** Own ones only: `toString` is none. */
const parameterOf = ({ parameters }: EndpointKind, name: string): EndpointParameter | undefined =>
  Object.hasOwn(parameters, name) ? parameters[name] : undefined;

/** All that is left, as it stands. */
function restFrom(text: string, { at }: EndpointArgument): EndpointArgument {
  return { name: undefined, value: text.slice(at), at, valueAt: at, end: text.length };
}

/** Of how many tokens the longest list of addresses consists: whoever writes more has to escape its colons. */
const MOST_TOKENS = 1_000;

/** Up to which argument one runs on: as far as it makes sense, and best to where a known kind begins. */
function lastOf<E>(
  { args, isKind, nested }: ReadingArguments<E>,
  { index, parameter }: { index: number; parameter: EndpointParameter },
): number {
  let furthest = index;
  let best: number | undefined;
  const end = Math.min(args.length - 1, index + MOST_TOKENS);
  for (let last = index; last < end; last++) {
    if (parameter.type.read(joined(args, index, last).value, nested) === undefined) continue;
    furthest = last;
    const next = args[last + 1];
    if (next && next.name === undefined && isKind(next.value)) best = last;
  }
  return best ?? furthest;
}

function joined(args: readonly EndpointArgument[], first: number, last: number): EndpointArgument {
  const [start, ...others] = args.slice(first, last + 1) as [EndpointArgument, ...EndpointArgument[]];
  const end = others.at(-1)?.end ?? start.end;
  const texts = others.map(({ name, value }) => (name === undefined ? value : `${name}=${value}`));
  return { ...start, value: [start.value, ...texts].join(":"), end };
}

interface Sought {
  readonly name: string;
  readonly parameter: EndpointParameter;
  readonly argument: EndpointArgument | undefined;
}

/** The value of one argument; an empty one is as good as none. */
function valueOf<E>(reading: ReadingArguments<E>, { name, parameter, argument }: Sought): unknown {
  const { type, required } = parameter;
  const text = argument === undefined || argument.value === "" ? parameter.default : argument.value;
  if (text === undefined) {
    if (!required) return undefined;
    const at = argument?.valueAt ?? reading.text.length;
    throw fault(reading, { at, problem: `${name} is missing: it is written ${formOf(reading.kind)}` });
  }
  const value = type.read(text, (inner) => nestedIn(reading, { inner, argument, parameter }));
  if (value !== undefined) return value;
  throw fault(reading, { at: argument?.valueAt ?? 0, problem: `${name} ${type.must}`, got: text });
}

/** What is wrong with a nested endpoint is told in the text of the whole. */
function nestedIn<E>(
  reading: ReadingArguments<E>,
  { inner, argument, parameter }: { inner: string } & Pick<Sought, "argument" | "parameter">,
): E {
  try {
    return reading.nested(inner);
  } catch (error) {
    if (!(error instanceof EndpointTextError) || !argument) throw error;
    const { at } = error.fault;
    // What is left is taken as it stands, without escapes.
    const place =
      parameter.rest && argument.name === undefined
        ? argument.valueAt + at
        : placeIn(reading.text, argument, at);
    throw error.within(reading.text, place);
  }
}

function notTaken<E>(reading: ReadingArguments<E>, { name, value, at }: EndpointArgument): EndpointTextError {
  const { kind } = reading;
  const names = Object.keys(kind.parameters);
  const takes = names.length === 0 ? "takes none" : `takes ${names.join(", ")}`;
  if (name === undefined) {
    const problem = `${quote(value)} is one argument too many: ${kind.name} ${takes}`;
    return fault(reading, { at, problem, hint: names.length === 0 ? "" : COLONS });
  }
  const problem = `${kind.name} has no argument ${quote(name)}, it ${takes}`;
  return fault(reading, { at, problem, hint: didYouMean(name, names) });
}

function fault<E>({ text }: ReadingArguments<E>, what: TextFault): EndpointTextError {
  return new EndpointTextError(text, what);
}
