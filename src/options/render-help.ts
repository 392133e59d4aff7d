import { wrap } from "../base/text";
import type { OptionHelp, OptionsHelp } from "./options-help";

/** How and with which texts a help is rendered. */
export interface HelpStyle {
  /** Characters in a line. */
  readonly width: number;
  readonly colour: boolean;
  /** What is typed before the command: `appd`. */
  readonly program: string;
  readonly description: string;
  /** The long text. Empty lines part its paragraphs. */
  readonly details?: string;
  readonly examples?: readonly string[];
}

/** The help page of a command or subcommand; it ends with a line end. */
export function renderHelp(help: OptionsHelp, style: HelpStyle): string {
  const usage = [style.program, ...help.command, "[options]"].join(" ");
  const lines = [
    `Usage: ${usage}`,
    "",
    ...wrap(help.description ?? style.description, style.width),
    "",
    "Options:",
  ];
  for (const option of help.options) lines.push(...row(option, style.width));
  return `${lines.join("\n")}\n`;
}

function row(option: OptionHelp, width: number): string[] {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const left = `  ${short}--${option.name}${option.placeholder === undefined ? "" : ` <${option.placeholder}>`}`;
  const tail = option.default === undefined ? "" : ` [default: ${option.default}]`;
  const right = wrap(`${option.description}${tail}`, width - 30);
  return right.map((text, index) => `${(index === 0 ? left : "").padEnd(30)}${text}`);
}
