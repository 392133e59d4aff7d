import type { AppdError } from "../base/errors";
import type { Protocol } from "./holder";
import { ListenError, ListenPathError, ListenPermissionError } from "./errors";

/** Where someone wanted to listen. */
export interface Place {
  readonly description: string;
  readonly port?: number;
  readonly interface?: string | undefined;
  /** What `interface` stands for. */
  readonly address?: string | undefined;
  /** Of the port: TCP by default. */
  readonly protocol?: Protocol;
}

/** What Node's error means to whoever chose the place. */
export async function listenError(cause: NodeJS.ErrnoException, place: Place): Promise<AppdError> {
  switch (cause.code) {
    case "EADDRINUSE":
      return inUse(place, { holder: await holderOf(place), cause });
    case "EACCES":
    case "EPERM":
      return new ListenPermissionError("APPD_LISTEN_PERMISSION", say(place, permission(place.port)), {
        cause,
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ListenError(
        "APPD_NO_SUCH_ADDRESS",
        say(place, `this machine has no address "${String(place.interface)}"`),
        { cause },
      );
    case "EMFILE":
    case "ENFILE":
      return new ListenError(
        "APPD_LISTEN",
        say(place, "too many files are open; raise the limit, as by ulimit -n"),
        { cause },
      );
    default:
      return new ListenError("APPD_LISTEN", say(place, cause.message), { cause });
  }
}

export interface InUse {
  /** Who has it, where that is known. */
  readonly holder?: string | undefined;
  readonly cause?: unknown;
}

/** Someone has the place already. */
export function inUse(place: Pick<Place, "description">, { holder, cause }: InUse): ListenError {
  const rest =
    holder === undefined
      ? "it is in use already; stop what listens there, or choose another"
      : `it is in use already, by ${holder}; stop that, or choose another`;
  return new ListenError("APPD_ADDRESS_IN_USE", say(place, rest), { cause });
}

/** What the system says of the file of a socket, or of something beside it. */
export function socketFileError(cause: NodeJS.ErrnoException, place: Pick<Place, "description">): AppdError {
  const path = (rest: string): AppdError =>
    new ListenPathError("APPD_LISTEN_PATH", say(place, rest), { cause });
  switch (cause.code) {
    case "EACCES":
    case "EPERM":
      return new ListenPermissionError(
        "APPD_LISTEN_PERMISSION",
        say(place, `this process is not permitted to ${attempted(cause)} its folder`),
        { cause },
      );
    case "ENOENT":
      return path("its folder does not exist");
    case "ENOTDIR":
      return path("what should be its folder is a file");
    case "EROFS":
      return path("the disk is read-only");
    case "ENOSPC":
    case "EDQUOT":
      return path("the disk is full");
    default:
      return path(cause.message);
  }
}

const attempted = ({ syscall }: NodeJS.ErrnoException): string =>
  syscall === "rename" || syscall === "unlink" ? "replace what others have left in" : "make files in";

/** The line for a place that can't be listened at. */
export const say = ({ description }: Pick<Place, "description">, rest: string): string =>
  `can't listen on ${description}: ${rest}`;

async function holderOf({ port, address, protocol }: Place): Promise<string | undefined> {
  if (port === undefined) return undefined;
  // Loaded only where something is in the way.
  const { holderOfPort } = await import("./holder");
  return holderOfPort(port, address, protocol);
}

function permission(port: number | undefined): string {
  if (port !== undefined && port > 0 && port < 1024)
    return "ports below 1024 take privileges that this process has not; choose a higher one";
  return "this process is not permitted to";
}
