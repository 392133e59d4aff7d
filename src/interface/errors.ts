import { ConfigurationError, SoftwareError } from "../base/errors";

/** Something that is no interface stands where one is asked for. */
export class NoInterfaceError extends SoftwareError {
  constructor(where: string, found: unknown) {
    super("APPD_NO_INTERFACE", `${where}: ${describe(found)}`);
  }
}

/** An interface was called with `new`. */
export class AbstractInterfaceError extends SoftwareError {
  constructor(name: string) {
    super(
      "APPD_ABSTRACT_INTERFACE",
      `${name} is an interface: make a class that implements it, and that one with new`,
    );
  }
}

/** What a class or an object lacks of an interface. */
export interface Lack {
  /** What lacks it, by its name. */
  readonly subject: string;
  readonly interfaceName: string;
  /** The members that are not there. */
  readonly missing: readonly PropertyKey[];
  /** False when it never said that it implements the interface. */
  readonly declared: boolean;
}

/** A class or an object isn't what an interface asks for. */
export class NotImplementedByError extends SoftwareError {
  constructor(readonly lack: Lack) {
    super("APPD_NOT_IMPLEMENTED_BY", reasons(lack));
  }
}

/** A second adapter from one interface to another. */
export class DuplicateAdapterError extends ConfigurationError {
  constructor(from: string, to: string) {
    super("APPD_DUPLICATE_ADAPTER", `an adapter from ${from} to ${to} is registered already`);
  }
}

function reasons({ subject, interfaceName, missing, declared }: Lack): string {
  const faults = [
    ...(declared ? [] : [`does not say so (@Implements(${interfaceName}))`]),
    ...(missing.length > 0 ? [`lacks ${listed(missing)}`] : []),
  ];
  return `${subject} is no ${interfaceName}: it ${faults.join(", and ")}`;
}

function listed(members: readonly PropertyKey[]): string {
  const names = members.map(String);
  const last = names.pop() ?? "";
  return names.length > 0 ? `${names.join(", ")} and ${last}` : last;
}

function describe(found: unknown): string {
  if (found === undefined)
    return "undefined is no interface; is it imported as a type only, or do two files import each other?";
  const name = typeof found === "function" ? found.name || "a function" : `a value of type ${typeof found}`;
  return `${name} is no interface; declare it as an abstract class with @Interface(…)`;
}
