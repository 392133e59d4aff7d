import { NotImplementedByError } from "./errors";
import { classOf, implementedBy, providedBy } from "./implements";
import { classChain, interfaceId, isInterface, recordOf, type AbstractClass } from "./record";

/**
 * Checks that an object says that it provides an interface, and that it has every member of it.
 *
 * @throws NotImplementedByError which names the members that are missing
 */
export function verifyObject<T>(object: unknown, wanted: AbstractClass<T>): asserts object is T {
  verify(providedBy(object), {
    wanted,
    subject: nameOf(object),
    has: (member) => object !== null && object !== undefined && member in Object(object),
  });
}

/**
 * Checks that a class says that it implements an interface, and that its instances will have every member. A
 * field can't be seen on a class: one that the class's text mentions counts as there. {@link verifyObject} is
 * sure.
 *
 * @throws NotImplementedByError which names the members that are missing
 */
export function verifyClass(cls: AbstractClass, wanted: AbstractClass): void {
  const prototype = cls.prototype as object;
  verify(implementedBy(cls), {
    wanted,
    subject: cls.name || "the class",
    has: (member) => member in prototype || mentions(cls, member),
  });
}

interface Check {
  readonly wanted: AbstractClass;
  readonly subject: string;
  readonly has: (member: PropertyKey) => boolean;
}

function verify(declared: readonly AbstractClass[], { wanted, subject, has }: Check): void {
  const { id, name } = recordOf(wanted, "verify");
  const missing = allMembers(wanted).filter((member) => !has(member));
  const said = declared.some((found) => interfaceId(found) === id);
  if (!said || missing.length > 0)
    throw new NotImplementedByError({ subject, interfaceName: name, missing, declared: said });
}

function allMembers(wanted: AbstractClass): PropertyKey[] {
  return [...new Set(implementedBy(wanted).flatMap((declared) => recordOf(declared, "verify").members))];
}

function mentions(cls: AbstractClass, member: PropertyKey): boolean {
  return classChain(cls).some(
    (at) =>
      !isInterface(at) && words(at).has(typeof member === "symbol" ? symbolWord(member) : String(member)),
  );
}

const words = (cls: AbstractClass): Set<string> =>
  new Set(Function.prototype.toString.call(cls).match(/[\w$]+/g));
const symbolWord = (member: symbol): string => (member.description ?? "").replace(/^.*\./, "");

function nameOf(object: unknown): string {
  if (typeof object === "function") return object.name || "a function";
  if (typeof object !== "object" || object === null) return String(object);
  const name = classOf(object)?.name;
  return name === undefined || name === "Object" ? "the object" : name;
}
