import { MakerDeclarationError } from "./errors";

/** The names of appd's own commands, those to come included. */
export const RESERVED_TAPNAMES: ReadonlySet<string> = new Set(
  (
    "help plugins passwd status stop restart reload reopen logs scale run dev init new deploy completion config " +
    "graph schema man doctor"
  ).split(" "),
);

/**
 * Refuses a maker without a name or a description, and a name that can't be a command.
 *
 * @throws MakerDeclarationError
 */
export function checkNames(
  where: string,
  { tapname, description }: { tapname: unknown; description: unknown },
): void {
  const refuse = (problem: string): never => {
    throw new MakerDeclarationError(where, problem);
  };
  if (typeof tapname !== "string" || tapname === "")
    refuse(`it has no tapname: the name of its command comes first`);
  const name = tapname as string;
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    refuse(
      `${JSON.stringify(name)} can't be a command: it takes small letters, digits and "-", and begins with a letter`,
    );
  if (RESERVED_TAPNAMES.has(name)) refuse(`"${name}" is a command of appd itself; take another name`);
  if (typeof description !== "string" || description.trim() === "")
    refuse(`"${name}" has no description: a line for the list of commands comes after the name`);
}
