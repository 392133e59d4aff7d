/**
 * tsyringe, loaded when the container first needs it. By then the command has said which copy there is (see
 * src/plugin); elsewhere, as in a test, it is the project's own.
 */
import type * as Tsyringe from "tsyringe";

let loaded: typeof Tsyringe | undefined;

export function tsyringe(): typeof Tsyringe {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it before the command has said
  return (loaded ??= require("tsyringe") as typeof Tsyringe);
}
