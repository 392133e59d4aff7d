/**
 * Plugins: what one is, where they are looked for, how they are remembered without being loaded, and how they
 * are loaded, TypeScript included. What a plugin is for belongs to whoever declares an interface that extends
 * {@link IPlugin}: this room knows no makers and no checkers.
 */
import { SharedInterface } from "../interface/interface";

/**
 * What every plugin provides, besides the interface that says what it is for. It has no members: it only marks
 * an export as meant to be found. Let your own plugin interface extend it:
 *
 * ```ts
 * @Interface("greet")
 * abstract class IGreeter extends IPlugin {
 *   abstract greet(name: string): string;
 * }
 * ```
 */
@SharedInterface("appd:IPlugin")
export abstract class IPlugin {}
