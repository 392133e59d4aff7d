/** The help page: what is shown in which order, wrapped to a width. Pure text; who prints it knows the terminal. */
import { wrap } from "../base/text";
import type { OptionHelp, OptionsHelp, SubcommandHelp } from "./options-help";
import { wrapProse } from "./prose";

/** How a help page looks, and the texts that only the caller knows. */
export interface HelpStyle {
  /** Characters in a line; 80 where it is unknown. */
  readonly width: number;
  readonly colour: boolean;
  /** What is typed before the command: `appd`. */
  readonly program: string;
  /** What the command is for; a subcommand has its own. */
  readonly description: string;
  /** The long text. Empty lines part its paragraphs, its lists keep their lines. */
  readonly details?: string;
  /** Command lines to copy. */
  readonly examples?: readonly string[];
}

/** A name and what it means, below a heading. */
interface Row {
  readonly left: string;
  readonly right: string;
}

interface Section {
  readonly heading: string;
  readonly rows: readonly Row[];
}

interface Layout {
  readonly width: number;
  /** Where the explanations begin. */
  readonly column: number;
  /** Names and explanations stand on lines of their own. */
  readonly stacked: boolean;
  readonly bold: (text: string) => string;
  readonly coloured: (text: string) => string;
}

const WIDEST_LEFT = 32;
const LEAST_RIGHT = 24;

/** The help page of a command or subcommand; it ends with a line end. */
export function renderHelp(help: OptionsHelp, style: HelpStyle): string {
  const sections = sectionsOf(help);
  const layout = layoutFor(sections, style);
  const isCommand = help.command.length === 1;
  const blocks = [
    usage(help, style, layout),
    wrap(help.description ?? style.description, layout.width),
    isCommand && style.details !== undefined ? wrapProse(style.details, layout.width) : [],
    ...sections.map((section) => renderSection(section, layout)),
    isCommand ? examples(style, layout) : [],
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

function sectionsOf(help: OptionsHelp): Section[] {
  const sections = [
    { heading: "Arguments", rows: help.arguments.map(argumentRow) },
    { heading: "Options", rows: help.options.filter(({ group }) => group === undefined).map(optionRow) },
  ];
  for (const heading of new Set(help.options.map(({ group }) => group))) {
    if (heading === undefined) continue;
    sections.push({ heading, rows: help.options.filter(({ group }) => group === heading).map(optionRow) });
  }
  sections.push({ heading: "Commands", rows: help.subcommands.map(subcommandRow) });
  return sections.filter(({ rows }) => rows.length > 0);
}

function layoutFor(sections: readonly Section[], { width: asked, colour }: HelpStyle): Layout {
  const width = Number.isFinite(asked) && asked >= 1 ? Math.floor(asked) : 80;
  const lefts = sections.flatMap(({ rows }) => rows.map(({ left }) => left.length));
  const column = Math.max(...lefts.filter((left) => left + 4 <= WIDEST_LEFT), 0) + 4;
  const paint = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { width, column, stacked: width - column < LEAST_RIGHT, bold: paint(1), coloured: paint(36) };
}

function usage(
  { command, options, arguments: positionals, subcommands }: OptionsHelp,
  style: HelpStyle,
  layout: Layout,
) {
  const words = [
    style.program,
    ...command,
    ...options.filter(({ required }) => required).map((option) => firm(longName(option))),
    "[options]",
    ...positionals.map((argument) =>
      argument.required ? inBrackets(argument) : `[${inBrackets(argument)}]`,
    ),
    ...(subcommands.length > 0 ? ["[command]"] : []),
  ];
  const indent = layout.stacked ? 2 : 7;
  const [first = "", ...others] = wrap(words.join(" "), layout.width - indent);
  const start = layout.stacked ? ["Usage:", `  ${first}`] : [`Usage: ${first}`];
  const [heading = "", ...rest] = [...start, ...others.map((line) => " ".repeat(indent) + line)].map(loose);
  return [heading.replace(/^Usage:/, layout.bold), ...rest];
}

function renderSection({ heading, rows }: Section, layout: Layout): string[] {
  const title = wrap(`${heading}:`, layout.width).map(layout.bold);
  return [...title, ...rows.flatMap((row) => renderRow(row, layout))];
}

function renderRow({ left, right }: Row, { width, column, stacked, coloured }: Layout): string[] {
  const indent = stacked ? Math.min(6, Math.floor(width / 5)) : column;
  const lines = wrapFirm(right, width - indent).map((line) => " ".repeat(indent) + line);
  if (!stacked && left.length + 4 <= column) {
    const [first = "", ...rest] = lines;
    return [`  ${coloured(left)}${first.slice(left.length + 2)}`, ...rest];
  }
  const start = stacked ? Math.min(2, Math.floor(width / 10)) : 2;
  const names = wrap(stacked ? left.trim() : firm(left), width - start);
  return [...names.map((name) => " ".repeat(start) + coloured(loose(name))), ...lines];
}

function examples({ examples: given = [], program }: HelpStyle, { width, bold }: Layout): string[] {
  if (given.length === 0) return [];
  const indent = Math.min(2, Math.floor(width / 10));
  const lines = given.flatMap((example) =>
    wrap(example.startsWith(program) ? example : `${program} ${example}`, width - indent),
  );
  return [bold("Examples:"), ...lines.map((line) => " ".repeat(indent) + line)];
}

function optionRow(option: OptionHelp): Row {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  return { left: `${short}${longName(option)}`, right: explained(option) };
}

function longName({ name, negatable, placeholder, many }: OptionHelp): string {
  const value = placeholder === undefined ? "" : ` <${placeholder}>${many ? "..." : ""}`;
  return `--${negatable ? "[no-]" : ""}${name}${value}`;
}

const inBrackets = ({ name, many }: OptionHelp): string => `<${name}>${many ? "..." : ""}`;

function argumentRow(argument: OptionHelp): Row {
  return { left: inBrackets(argument), right: explained(argument) };
}

function subcommandRow({ name, alias, description, default: isDefault }: SubcommandHelp): Row {
  const left = alias === undefined ? name : `${name}, ${alias}`;
  return { left, right: isDefault ? `${description} ${firm("[default command]")}` : description };
}

function explained({ description, default: standing, choices, required, env }: OptionHelp): string {
  const tags = [
    standing !== undefined && `[default: ${standing}]`,
    choices && `[choices: ${choices.join(", ")}]`,
    required && "[required]",
    env !== undefined && `[env: ${env}]`,
  ];
  return [description, ...tags.filter((tag) => typeof tag === "string").map(firm)].join(" ");
}

/** Stands for a blank at which no line is to end. */
const FIRM = "\u0001";
const firm = (text: string): string => text.replace(/ /g, FIRM);
const loose = (text: string): string => text.replaceAll(FIRM, " ");

/** What is too long to stay on one line is wrapped after all. */
function wrapFirm(text: string, width: number): string[] {
  const fitting = text.split(" ").map((part) => (part.length > width ? loose(part) : part));
  return wrap(fitting.join(" "), width).map(loose);
}
