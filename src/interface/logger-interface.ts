import { LEVELS, Logger } from "../log/logger";
import { recordInterface } from "./interface";
import { isInterface, type AbstractClass } from "./record";

/**
 * The logger stands on the ground floor and can't declare itself. As an interface it is the same token in every
 * copy of appd, anything may implement it, and nobody builds an empty one.
 */
export function knowLogger(): void {
  const target = Logger as AbstractClass<Logger>;
  if (isInterface(target)) return;
  recordInterface(target, { id: Symbol.for("appd:Logger"), name: "Logger", members: [...LEVELS, "child"] });
}
