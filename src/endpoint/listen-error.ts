import type { AppdError, ErrorCode } from "../base/errors";
import { ListenError, ListenPathError, ListenPermissionError } from "./errors";

/** Where someone wanted to listen. */
export interface Place {
  readonly description: string;
  readonly port?: number;
  readonly interface?: string | undefined;
}

/** What Node's error means to whoever chose the place. */
export function listenError(cause: NodeJS.ErrnoException, place: Place): AppdError {
  const say = (code: ErrorCode, rest: string): [ErrorCode, string, ErrorOptions] => [
    code,
    `can't listen on ${place.description}: ${rest}`,
    { cause },
  ];
  switch (cause.code) {
    case "EADDRINUSE":
      return new ListenError(
        ...say("APPD_ADDRESS_IN_USE", "it is in use already; stop what listens there, or choose another"),
      );
    case "EACCES":
    case "EPERM":
      return new ListenPermissionError(...say("APPD_LISTEN_PERMISSION", permission(place.port)));
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ListenError(
        ...say("APPD_NO_SUCH_ADDRESS", `this machine has no address "${String(place.interface)}"`),
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
