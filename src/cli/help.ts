import { wrap } from "../base/text";
import { GLOBAL_OPTIONS } from "./globals";

/** A command as `appd --help` lists it. */
export interface ListedCommand {
  readonly name: string;
  readonly description: string;
}

export interface HelpPage {
  readonly commands: readonly ListedCommand[];
  /** Why some plugins are not among the commands, a line each. */
  readonly problems: readonly string[];
  /** Columns to wrap to. */
  readonly width: number;
}

/** What `appd --help` prints: the commands of the project at hand, then appd's own options. */
export function renderGlobalHelp({ commands, problems, width }: HelpPage): string {
  const sections = [
    "Usage: appd [options] <command> [command options]",
    commands.length === 0
      ? "No commands yet: annotate a class in plugins/ with @ServiceMaker."
      : section(
          "Commands:",
          commands.map(({ name, description }) => [name, description] as const),
          width,
        ),
    section("Options:", optionRows(), width),
    ...(problems.length === 0
      ? []
      : [["Left out (appd plugins says more):", ...problems.map((line) => `  ${line}`)].join("\n")]),
    "Help for a command: appd <command> --help",
  ];
  return `${sections.join("\n\n")}\n`;
}

function optionRows(): (readonly [string, string])[] {
  return Object.entries(GLOBAL_OPTIONS).map(([name, option]) => {
    const { description, short, placeholder, choices, env } = option as {
      description: string;
      short?: string;
      placeholder?: string;
      choices?: readonly string[];
      env?: string;
    };
    const names = `${short === undefined ? "    " : `-${short}, `}--${name}${placeholder === undefined ? "" : ` <${placeholder}>`}`;
    const notes = [choices && `[choices: ${choices.join(", ")}]`, env && `[env: ${env}]`].filter(Boolean);
    return [names, [description, ...notes].join(" ")] as const;
  });
}

function section(title: string, rows: readonly (readonly [string, string])[], width: number): string {
  const longest = Math.max(...rows.map(([name]) => name.length));
  const column = Math.min(longest, Math.floor(width / 2)) + 4;
  const lines = rows.map(([name, text]) => row(name, text, { column, width }));
  return [title, ...lines].join("\n");
}

function row(name: string, text: string, { column, width }: { column: number; width: number }): string {
  const hanging = " ".repeat(column);
  const body = wrap(text, Math.max(width - column, 10)).join(`\n${hanging}`);
  const start = `  ${name}`;
  return start.length + 2 > column ? `${start}\n${hanging}${body}` : `${start.padEnd(column)}${body}`;
}
