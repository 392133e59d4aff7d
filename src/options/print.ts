import type { Level } from "./level";
import { namedBy } from "./plan";

/** What an option that `prints` has to say, if one was typed in the right way. */
export async function printedBy({ options, plan, instance, command }: Level): Promise<string | undefined> {
  for (const token of options) {
    const named = namedBy(plan, token);
    const { prints } = named?.planned.record.details ?? {};
    const takesValue = named?.planned.kind === "value";
    if (!prints || takesValue !== (token.value !== undefined)) continue;
    return prints({ command, options: instance, value: token.value });
  }
  return undefined;
}
