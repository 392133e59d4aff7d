/** A command that comes with appd itself. */
interface OwnCommand {
  readonly name: string;
  readonly description: string;
  /** Whether it speaks to what runs, and needs no project for that. */
  readonly speaks?: true;
  /** Whether it takes the options of the command that it is about. */
  readonly carries?: true;
}

/** The commands that come with appd itself, besides the makers. */
export const OWN_COMMANDS: readonly OwnCommand[] = [
  { name: "help", description: "Show the help of a command.", carries: true },
  { name: "plugins", description: "List every plugin file: what it provides, or why it was left out." },
  {
    name: "passwd",
    description: "Manage a password file for --auth file: add, remove, list or verify users.",
  },
  {
    name: "deploy",
    description: "Write what systemd needs to keep a command running: hardened units, sockets among them.",
    carries: true,
  },
  { name: "status", description: "Show what runs for this user.", speaks: true },
  { name: "stop", description: "Stop what runs, and wait until it is gone.", speaks: true },
  {
    name: "restart",
    description: "Stop a daemon, and start it as it was started before.",
    speaks: true,
  },
  { name: "reload", description: "Reload what runs: its log is opened anew.", speaks: true },
  { name: "reopen", description: "Open the log of what runs anew, by its name.", speaks: true },
  { name: "logs", description: "Show what a run has logged, also when it is over.", speaks: true },
  { name: "graph", description: "Show the services of what runs, and their states.", speaks: true },
];

/** Whether a command speaks to what runs. */
export const speaksToRuns = (command: string): boolean =>
  OWN_COMMANDS.some(({ name, speaks }) => name === command && speaks === true);

/** Whether a command is appd's own and has nothing to do with how something is run. */
export const runsNothing = (command: string): boolean =>
  OWN_COMMANDS.some(({ name, carries }) => name === command && carries !== true);
