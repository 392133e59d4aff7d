import type { Outcome } from "../options/read-options";
import { renderHelp } from "../options/render-help";
import { ownPackage } from "../plugin/own-package";
import type { World } from "../runner/world";
import { helpStyle, type HelpTexts } from "./help-style";

/** Prints what one of appd's own commands was asked to show in the place of doing something. */
export function printOutcome(
  world: World,
  outcome: Exclude<Outcome<unknown>, { readonly kind: "values" }>,
  texts: HelpTexts,
): void {
  switch (outcome.kind) {
    case "text":
      world.stdout.write(outcome.text);
      return;
    case "version":
      world.stdout.write(`${ownPackage().version}\n`);
      return;
    case "help":
      world.stdout.write(renderHelp(outcome.help, helpStyle(world, texts)));
  }
}
