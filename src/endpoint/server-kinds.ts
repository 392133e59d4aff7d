import type { IStreamServerEndpoint } from "./i-stream-server-endpoint";
import { quoteStringArgument } from "./endpoint-text";
import { kindsOf, type Kinds } from "./read-endpoint";
import { fdServer } from "./fd-server-kind";
import { haproxyServer } from "./haproxy-server-kind";
import { sslServer } from "./ssl-server-kind";
import { stdioServer } from "./stdio-server-kind";
import { systemdServer } from "./systemd-server-kind";
import { tlsServer } from "./tls-server-kind";
import { tcp6Server } from "./tcp6-server-kind";
import { tcpServer } from "./tcp-server-kind";
import { unixServer } from "./unix-server-kind";

/** The kinds of endpoints that a server listens at: a new one is a file, and a name here. */
export const SERVER_KINDS: Kinds<IStreamServerEndpoint> = {
  known: kindsOf<IStreamServerEndpoint>(
    tcpServer,
    tcp6Server,
    unixServer,
    sslServer,
    tlsServer,
    systemdServer,
    fdServer,
    haproxyServer,
    stdioServer,
  ),
  bare: "tcp",
  meant: (host, port) => `tcp:${port}${host === "" ? "" : `:interface=${quoteStringArgument(host)}`}`,
};
