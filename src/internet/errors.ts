import {
  CannotCreateError,
  NoPermissionError,
  UnavailableError,
  type AppdError,
  type ErrorCode,
} from "../base/errors";
import type { ServerEndpoint } from "../endpoint/server-endpoint";

/** Somewhere to listen is not to be had: in use, or not on this machine. */
export class ListenError extends UnavailableError {}

/** Listening there is not permitted. */
export class ListenPermissionError extends NoPermissionError {}

/** The socket's file can't be made. */
export class ListenPathError extends CannotCreateError {}

/** What Node's error means to whoever chose the place. */
export function listenError(
  cause: NodeJS.ErrnoException,
  { description, listen }: ServerEndpoint,
): AppdError {
  const say = (code: ErrorCode, rest: string): [ErrorCode, string, ErrorOptions] => [
    code,
    `can't listen on ${description}: ${rest}`,
    { cause },
  ];
  switch (cause.code) {
    case "EADDRINUSE":
      return new ListenError(
        ...say("APPD_ADDRESS_IN_USE", "it is in use already; stop what listens there, or choose another"),
      );
    case "EACCES":
    case "EPERM":
      return new ListenPermissionError(...say("APPD_LISTEN_PERMISSION", permission(listen.port)));
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ListenError(
        ...say("APPD_NO_SUCH_ADDRESS", `this machine has no address "${String(listen.host)}"`),
      );
    case "ENOENT":
    case "ENOTDIR":
      return new ListenPathError(...say("APPD_LISTEN_PATH", "there is no such folder"));
    default:
      return new ListenError(...say("APPD_LISTEN", cause.message));
  }
}

function permission(port: number | undefined): string {
  if (port !== undefined && port > 0 && port < 1024)
    return "ports below 1024 take privileges that this process has not; choose a higher one";
  return "this process is not permitted to";
}
