/** The commands that come with appd itself, besides the makers. */
export const OWN_COMMANDS = [
  { name: "help", description: "Show the help of a command." },
  { name: "plugins", description: "List every plugin file: what it provides, or why it was left out." },
  {
    name: "passwd",
    description: "Manage a password file for --auth file: add, remove, list or verify users.",
  },
  {
    name: "deploy",
    description: "Write what systemd needs to keep a command running: hardened units, sockets among them.",
  },
] as const;
