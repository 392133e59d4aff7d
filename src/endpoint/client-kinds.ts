import { quoteStringArgument } from "./endpoint-text";
import type { IStreamClientEndpoint } from "./i-stream-client-endpoint";
import { kindsOf, type Kinds } from "./read-endpoint";
import { tcpClient } from "./tcp-client-kind";
import { tlsClient } from "./tls-client-kind";
import { unixClient } from "./unix-client-kind";

/** The kinds of endpoints that a client connects to: a new one is a file, and a name here. */
export const CLIENT_KINDS: Kinds<IStreamClientEndpoint> = {
  known: kindsOf<IStreamClientEndpoint>(tcpClient, unixClient, tlsClient),
  instead: { ssl: "a client has no kind ssl, which did not verify the server: write tls:<host>:<port>" },
  meant: (host, port) => `tcp:${quoteStringArgument(host === "" ? "localhost" : host)}:${port}`,
};
