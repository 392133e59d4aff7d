import { COUNT, oneOf, TEXT } from "./argument-type";
import { endpointKind, optional } from "./endpoint-kind";
import { SystemdServerEndpoint } from "./systemd-server-endpoint";

export const systemdServer = endpointKind({
  name: "systemd",
  help: "A socket that systemd has opened for the process (LISTEN_FDS): say which, by its index or by its name.",
  examples: ["systemd:index=0", "systemd:name=web", "systemd:domain=INET:index=0"],
  parameters: {
    domain: optional(oneOf("INET", "INET6", "UNIX"), "What it has to be; whatever it is by default."),
    index: optional(COUNT, "Which one of the sockets, from 0."),
    name: optional({ ...TEXT, placeholder: "name" }, "The one that has this FileDescriptorName."),
  },
  make: (values) => new SystemdServerEndpoint(values),
});
