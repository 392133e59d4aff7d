import { wrap } from "../base/text";
import { GLOBAL_OPTIONS, type GlobalName } from "./global-options";
import { OWN_COMMANDS } from "./own-commands";

/** A command as `appd --help` lists it. */
export interface ListedCommand {
  readonly name: string;
  readonly description: string;
}

export interface HelpPage {
  readonly commands: readonly ListedCommand[];
  /** Columns to wrap to. */
  readonly width: number;
  /** Whether headings are set in bold. */
  readonly colour: boolean;
}

type Row = readonly [names: string, text: string];

/** Which options stand together in the help, and in which order; a test holds that none is left out. */
const GROUPS: Readonly<Record<string, readonly GlobalName[]>> = {
  Running: ["application", "project", "nodaemon", "on-unhandled", "start-timeout", "stop-timeout"],
  "As a daemon": ["daemon", "name", "pidfile", "rundir", "max-restarts"],
  "As somebody else": ["uid", "gid", "groups", "umask", "chroot", "nofile"],
  Log: [
    "logfile",
    "log-level",
    "log-format",
    "log-max-size",
    "log-max-age",
    "log-keep",
    "log-compress",
    "syslog",
    "syslog-facility",
    "prefix",
  ],
  "Looking inside": ["debug", "profile", "heap-snapshot"],
  Help: ["help", "version"],
};

/** What `appd --help` prints: the commands of the project at hand, then appd's own commands and options. */
export function renderGlobalHelp({ commands, width, colour }: HelpPage): string {
  const heading = (text: string): string => (colour ? `\u001b[1m${text}\u001b[22m` : text);
  const section = (title: string, rows: readonly Row[], longest = lengthOf(rows)): string =>
    [...wrap(title, width).map(heading), table(rows, width, longest)].join("\n");
  const plain = (text: string): string => wrap(text, width).join("\n");
  const groups = Object.entries(GROUPS).map(([title, names]) => [title, names.map(optionRow)] as const);
  const longest = lengthOf(groups.flatMap(([, rows]) => rows));
  const sections = [
    plain("Usage: appd [options] <command> [command options]"),
    commands.length === 0
      ? plain("No makers yet: annotate a class in plugins/ with @ServiceMaker.")
      : section("Commands:", commands.map(commandRow)),
    section("appd's own commands:", OWN_COMMANDS.map(commandRow)),
    plain("Options, which stand before the command:"),
    ...groups.map(([title, rows]) => section(`${title}:`, rows, longest)),
    plain("Help for a command: appd <command> --help"),
  ];
  return `${sections.join("\n\n")}\n`;
}

const commandRow = ({ name, description }: ListedCommand): Row => [name, description];

function optionRow(name: GlobalName): Row {
  const { short, placeholder, choices, env, description } = GLOBAL_OPTIONS[name];
  const letter = short === undefined ? "    " : `-${short}, `;
  const notes = [choices && `[choices: ${choices.join(", ")}]`, env && `[env: ${env}]`].filter(Boolean);
  return [
    `${letter}--${name}${placeholder === undefined ? "" : ` <${placeholder}>`}`,
    [description, ...notes].join(" "),
  ];
}

const lengthOf = (rows: readonly Row[]): number => Math.max(...rows.map(([names]) => names.length));

/** Two columns; where the first leaves the second too little room, the second starts on a line of its own. */
function table(rows: readonly Row[], width: number, longest: number): string {
  const column = Math.min(longest + 4, Math.floor(width / 2));
  const hanging = " ".repeat(column);
  return rows
    .map(([names, text]) => {
      const start = `  ${names}`;
      const body = wrap(text, width - column).join(`\n${hanging}`);
      if (start.length > width) return [...narrow(names, width), `${hanging}${body}`].join("\n");
      return start.length + 2 > column ? `${start}\n${hanging}${body}` : `${start.padEnd(column)}${body}`;
    })
    .join("\n");
}

/** Names on lines of their own, where not even they have room. */
function narrow(names: string, width: number): string[] {
  const indent = " ".repeat(Math.min(2, Math.floor(width / 10)));
  return wrap(names, width - indent.length).map((line) => `${indent}${line}`);
}
