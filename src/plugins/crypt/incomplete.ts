import { lacking } from "../peer/optional";

/** The hashes that can't be verified without what is to be installed; undefined where all can. */
export function incompleteCrypt(...kinds: readonly ("$2b$" | "$y$")[]): string | undefined {
  const absent = kinds.map((kind) => {
    const install =
      kind === "$2b$"
        ? lacking(() => require.resolve("@node-rs/bcrypt"), "@node-rs/bcrypt")
        : lacking(() => require.resolve("koffi"), "koffi");
    return install && `${kind} needs ${install}`;
  });
  const found = absent.filter((one) => one !== undefined);
  return found.length === 0 ? undefined : found.join(", ");
}
