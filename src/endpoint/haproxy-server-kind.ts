import { NETWORKS } from "./argument-type";
import { behindProxy } from "./behind-proxy";
import { endpointKind, given, optional, rest } from "./endpoint-kind";
import { NESTED_SERVER } from "./nested-endpoint";

export const haproxyServer = endpointKind({
  name: "haproxy",
  help: "Another endpoint, behind a proxy that says who its clients are (PROXY protocol, version 1 or 2).",
  examples: ["haproxy:tcp:8080:interface=127.0.0.1", "haproxy:trust=10.0.0.0/8,::1:tcp:8080"],
  parameters: {
    trust: optional(NETWORKS, "The proxies' addresses; this machine's own by default."),
    endpoint: rest(NESTED_SERVER, "What to listen at, as it stands."),
  },
  make: ({ endpoint, ...settings }) => behindProxy(endpoint, given(settings)),
});
