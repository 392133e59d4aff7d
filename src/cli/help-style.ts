import type { HelpStyle } from "../options/render-help";
import type { World } from "../runner/world";
import { isColoured } from "./is-coloured";

/** What a help page says besides the options. */
export interface HelpTexts {
  readonly description: string;
  readonly details?: string | undefined;
  readonly examples?: readonly string[] | undefined;
}

/** How a command's help looks on the terminal at hand. */
export function helpStyle(world: World, { description, details, examples }: HelpTexts): HelpStyle {
  return {
    width: world.stdout.columns ?? 80,
    colour: isColoured(world),
    program: "appd",
    description,
    ...(details !== undefined && { details }),
    ...(examples !== undefined && { examples }),
  };
}
