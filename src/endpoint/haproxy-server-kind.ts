import { NETWORKS, SECONDS } from "./argument-type";
import { behindProxy } from "./behind-proxy";
import { endpointKind, optional, rest, standing } from "./endpoint-kind";
import { NESTED_SERVER } from "./nested-endpoint";

export const haproxyServer = endpointKind({
  name: "haproxy",
  help: "Another endpoint, behind a proxy that says who its clients are (PROXY protocol, version 1 or 2).",
  examples: [
    "haproxy:tcp:8080:interface=127.0.0.1",
    "haproxy:trust=10.0.0.0/8,::1:tcp:8080",
    "haproxy:tls:/etc/myproject/tls:443",
  ],
  parameters: {
    trust: optional(
      NETWORKS,
      "Who the proxies are, or * for whoever connects; this machine's own by default.",
    ),
    timeout: standing(SECONDS, "5", "Seconds within which the proxy's header has to come."),
    endpoint: rest(NESTED_SERVER, "What to listen at, as it is written by itself."),
  },
  make: ({ endpoint, ...settings }) => behindProxy(endpoint, settings),
});
