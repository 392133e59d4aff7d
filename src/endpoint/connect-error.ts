import type { ErrorCode } from "../base/errors";
import { messageOf } from "../log/describe-error";
import { ConnectError } from "./errors";

/** Where a client meant to connect to, as its errors say it. */
export interface Destination {
  readonly description: string;
  readonly host?: string | undefined;
  readonly bindAddress?: string | undefined;
}

interface Found {
  readonly code: ErrorCode;
  readonly text: string;
}

/** Node's error for one address, or for a whole attempt. */
type Cause = Error & {
  readonly code?: string | undefined;
  readonly syscall?: string | undefined;
  readonly address?: string | undefined;
  readonly errors?: readonly Cause[] | undefined;
};

/** What Node's error means to whoever chose the place. `tried` are the addresses that a name stands for. */
export function connectError(cause: Error, to: Destination, tried: readonly string[] = []): ConnectError {
  const causes = causesOf(cause);
  const found = causes.map((one) => foundOf(one, to));
  const [first] = found;
  const code = found.every((one) => one.code === first?.code) ? first?.code : undefined;
  const text = code && first ? first.text + triedText(tried, to) : each(causes, found);
  return new ConnectError(code ?? "APPD_CONNECT", `can't connect to ${to.description}: ${text}`, { cause });
}

/** No address answered in time. */
export function connectTimeout(ms: number, to: Destination, tried: readonly string[]): ConnectError {
  const text = `no answer within ${ms / 1000} s${triedText(tried, to)}`;
  return new ConnectError("APPD_CONNECT_TIMEOUT", `can't connect to ${to.description}: ${text}`);
}

function causesOf(cause: Cause): readonly Cause[] {
  return cause.errors && cause.errors.length > 0 ? cause.errors : [cause];
}

function each(causes: readonly Cause[], found: readonly Found[]): string {
  return causes
    .map(({ address }, at) => `${address ? `${address}: ` : ""}${found[at]?.text ?? ""}`)
    .join("; ");
}

/** An address that was given as such needs no repeating. */
function triedText(tried: readonly string[], { host }: Destination): string {
  const addresses = tried.filter((address) => address !== host);
  return addresses.length === 0 ? "" : ` (tried ${addresses.join(", ")})`;
}

function foundOf(cause: Cause, { host, bindAddress }: Destination): Found {
  const isPath = host === undefined;
  switch (cause.code) {
    case "ECONNREFUSED":
      return {
        code: "APPD_CONNECT_REFUSED",
        text: isPath ? "nobody listens there" : "the connection was refused; nobody listens there",
      };
    case "ENOENT":
      return { code: "APPD_NO_SUCH_SOCKET", text: "there is no such socket; is the server running?" };
    case "ENOTSOCK":
      return { code: "APPD_NO_SUCH_SOCKET", text: "it is no socket" };
    case "ETIMEDOUT":
      return { code: "APPD_CONNECT_TIMEOUT", text: "no answer" };
    case "ENOTFOUND":
      return { code: "APPD_NO_SUCH_HOST", text: `there is no host named "${String(host)}"` };
    case "EAI_AGAIN":
      return { code: "APPD_NAME_LOOKUP", text: `the name "${String(host)}" can't be looked up now` };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { code: "APPD_CONNECT_UNREACHABLE", text: "there is no way to it from here" };
    case "EADDRNOTAVAIL":
    case "EADDRINUSE":
      return bindAddress === undefined
        ? { code: "APPD_CONNECT", text: messageOf(cause) }
        : { code: "APPD_NO_SUCH_ADDRESS", text: `this machine can't connect from "${bindAddress}"` };
    case "EACCES":
    case "EPERM":
      return { code: "APPD_CONNECT_PERMISSION", text: "this process is not permitted to" };
    default:
      return { code: "APPD_CONNECT", text: messageOf(cause) };
  }
}
