import { hasAuthOptions } from "../../auth/auth-options";
import { Endpoint } from "../../internet/endpoint-option";
import { variablesOf } from "../../options/environment";
import { valueOf, type Given, type Level } from "../../options/level";
import type { PlannedField } from "../../options/plan";
import { knownType } from "../../options/value-type";
import { SecretTypedError } from "./errors";
import { heldEndpoint, isHeld, privilegedPortOf, textOfEndpoint, type Held } from "./held-endpoint";
import type { SocketPlan } from "./socket-unit";
import { LineEdits } from "./line-edits";

/** A maker's command line that was read, and is right. */
export interface ReadLine {
  readonly levels: readonly Level[];
  /** Texts in it that are secrets. */
  readonly secrets: readonly string[];
}

export interface HoldingOptions {
  /** Which folder relative paths begin at. */
  readonly folder: string;
  /** Whether systemd is to listen where it can. */
  readonly sockets: boolean;
}

/** A maker's command line as a unit has it. */
export interface UnitLine {
  readonly words: readonly string[];
  readonly sockets: readonly SocketPlan[];
  /** What was given in the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The variables whose values are secrets. */
  readonly secretVariables: readonly string[];
  readonly bindsPrivileged: boolean;
  /** Lines for who deploys it. */
  readonly notes: readonly string[];
}

/**
 * The same command line for a unit: systemd listens in the place of options of the type `Endpoint`, and what was
 * given in the environment is told apart.
 *
 * @throws SecretTypedError
 */
export function unitLine(line: ReadLine, options: HoldingOptions): UnitLine {
  const made = new UnitLineMaker(line, options);
  for (const level of line.levels) for (const planned of level.plan.fields) made.take(level, planned);
  return made.result();
}

const ENDPOINT = knownType(Endpoint);

class UnitLineMaker {
  readonly #line: ReadLine;
  readonly #options: HoldingOptions;
  readonly #edits: LineEdits;
  readonly #sockets: SocketPlan[] = [];
  readonly #environment: Record<string, string> = {};
  readonly #secretVariables: string[] = [];
  readonly #notes: string[] = [];
  #bindsPrivileged = false;

  constructor(line: ReadLine, options: HoldingOptions) {
    this.#line = line;
    this.#options = options;
    this.#edits = new LineEdits(line.levels);
  }

  result(): UnitLine {
    return {
      words: this.#edits.apply(),
      sockets: this.#sockets,
      environment: this.#environment,
      secretVariables: this.#secretVariables,
      bindsPrivileged: this.#bindsPrivileged,
      notes: this.#notes,
    };
  }

  take(level: Level, planned: PlannedField): void {
    const given = level.given.get(planned);
    if (given?.origin.kind === "command line") this.#refuseSecret(level, given);
    if (planned.type === ENDPOINT) {
      if (this.#hold(level, planned, given)) return;
    } else this.#lookForPort(planned, valueOf(level, planned));
    if (given?.origin.kind === "environment") this.#keepVariable(level, given);
  }

  /** Says whether the words of the line say it now, however it was given before. */
  #hold(level: Level, planned: PlannedField, given: Given | undefined): boolean {
    const texts = given?.texts ?? listed(valueOf(level, planned)).map(textOfEndpoint);
    const name = [...level.path.map((step) => step.name), planned.record.name].join("-");
    const wanted = planned.many ? texts : texts.slice(-1);
    const found = wanted.map((text, at) => this.#held(text, planned, at === 0 ? name : `${name}-${at + 1}`));
    if (!found.some((held) => held !== undefined)) return false;
    // What is to be an option, or nothing, can't stand for an argument that nobody typed.
    if (
      !this.#edits.replace({
        level,
        planned,
        given,
        texts: found.map((held, at) => held?.text ?? wanted[at] ?? ""),
      })
    ) {
      this.#notes.push(
        `${planned.label}: the service listens there itself: type it, and systemd can hold it`,
      );
      return false;
    }
    this.#sockets.push(...found.flatMap((held) => held?.socket ?? []));
    return true;
  }

  #held(text: string | undefined, { label }: PlannedField, name: string): Held | undefined {
    const { folder, sockets } = this.#options;
    if (text === undefined) {
      this.#notes.push(`${label}: the service listens there itself: its default was not written as text`);
      return undefined;
    }
    this.#bindsPrivileged ||= !sockets && privilegedPortOf(text) !== undefined;
    if (!sockets) return undefined;
    const found = heldEndpoint(text, { name, folder });
    if (isHeld(found)) return found;
    this.#notes.push(`${label} ${text}: the service listens there itself: ${found.why}`);
    this.#bindsPrivileged ||= found.privilegedPort !== undefined;
    return undefined;
  }

  /** A number is a port where its name says so; a string, where it is an endpoint's. */
  #lookForPort({ record }: PlannedField, value: unknown): void {
    const isPort = listed(value).some((one) => {
      if (typeof one === "string") return privilegedPortOf(one) !== undefined;
      return typeof one === "number" && /port/i.test(record.field) && one > 0 && one < 1024;
    });
    this.#bindsPrivileged ||= isPort;
  }

  #keepVariable(level: Level, { planned, origin }: Given): void {
    if (planned.record.details.secret) this.#secretVariables.push(origin.name);
    else this.#environment[origin.name] = level.line.environment[origin.name] ?? "";
  }

  /** Of ways to log in not all are secrets: a file of passwords is none. */
  #refuseSecret(level: Level, { planned, texts }: Given): void {
    const { record, label } = planned;
    if (record.details.secret !== true) return;
    const isTold = record.field === "auth" && hasAuthOptions(level.shape.type);
    const secrets = this.#line.secrets;
    if (isTold && !texts.some((text) => secrets.some((secret) => text.includes(secret)))) return;
    const variable = variablesOf(level).get(planned);
    const advice =
      variable === undefined
        ? "let the service read it from a file"
        : `give it as ${variable} in the environment: the unit then takes it from a file of its own`;
    throw new SecretTypedError(`${level.command}: ${label}`, advice);
  }
}

const listed = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
