import { COUNT, MODE, PATH, SWITCH, TEXT } from "./argument-type";
import { endpointKind, optional, required, standing } from "./endpoint-kind";
import { UNIXServerEndpoint } from "./unix-server-endpoint";

export const unixServer = endpointKind({
  name: "unix",
  help: "A UNIX socket. One that a process has left behind is replaced.",
  examples: ["unix:/run/myproject.sock", "unix:/run/myproject.sock:mode=660:group=www-data"],
  parameters: {
    address: required(PATH, "The path of the socket."),
    mode: standing(MODE, "666", "Who may connect, as for chmod; the umask is not asked."),
    backlog: optional(COUNT, "How many connections the system keeps waiting; 511 by default."),
    lockfile: standing(
      SWITCH,
      "1",
      "Whether a file beside it, <address>.lock, keeps other processes from it.",
    ),
    user: optional({ ...TEXT, placeholder: "user" }, "Whose it is to be, by name or number."),
    group: optional({ ...TEXT, placeholder: "group" }, "Which group's it is to be, by name or number."),
  },
  make: ({ lockfile, ...values }) => new UNIXServerEndpoint({ ...values, lock: lockfile }),
});
