import type * as Koffi from "koffi";
import { constants, endianness } from "node:os";
import { optionalPeer } from "./optional-peer";

/** A datagram socket that is connected to one of the file system: Node itself has none. */
export interface UnixDatagrams {
  /** Sends one, or throws what the system says (`EAGAIN`, `ECONNREFUSED`). If `waits`, it waits a moment for room. */
  send(bytes: Uint8Array, waits?: boolean): void;
  close(): void;
}

/** The C library's functions, as far as they are needed here. */
interface Sockets {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly connect: (fd: number, address: Buffer, length: number) => number;
  readonly send: (...call: [fd: number, bytes: Uint8Array, length: number, flags: number]) => number;
  /** How long it waits for room, in microseconds. */
  readonly waitAtMost: (fd: number, microseconds: number) => void;
  readonly close: (fd: number) => number;
  /** Why the last of them gave -1. */
  readonly errno: () => number;
}

// Linux's numbers, the same for all of its processors that Node runs on but MIPS.
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_SNDTIMEO = 21;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** Microseconds that one waits for room. */
const MOMENT = 100_000;
/** `sizeof(sun_path)`. */
const LONGEST_PATH = 108;

/** What connects to such sockets where `koffi` is installed, on Linux; undefined elsewhere. */
export function unixDatagrams(): ((path: string) => UnixDatagrams) | undefined {
  const sockets = process.platform === "linux" ? bind() : undefined;
  return sockets && ((path) => connected(sockets, path));
}

function connected(sockets: Sockets, path: string): UnixDatagrams {
  const address = addressOf(path);
  const fd = must(sockets, sockets.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  try {
    // Connecting waits for room as sending does.
    sockets.waitAtMost(fd, MOMENT);
    must(sockets, sockets.connect(fd, address, address.length));
  } catch (error) {
    sockets.close(fd);
    throw error;
  }
  return {
    send(bytes, waits = false) {
      const flags = waits ? MSG_NOSIGNAL : MSG_NOSIGNAL | MSG_DONTWAIT;
      must(sockets, sockets.send(fd, bytes, bytes.length, flags));
    },
    close: () => void sockets.close(fd),
  };
}

/** `struct sockaddr_un`. A name that begins with `@` is no file: unix(7), abstract. */
function addressOf(path: string): Buffer {
  const isAbstract = path.startsWith("@");
  const name = Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`, "utf8");
  if (name.length > LONGEST_PATH) throw systemError("ENAMETOOLONG");
  const family = Buffer.alloc(2);
  if (endianness() === "LE") family.writeUInt16LE(AF_UNIX);
  else family.writeUInt16BE(AF_UNIX);
  return Buffer.concat([family, name]);
}

function bind(): Sockets | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional peer, wanted by few
  const koffi = optionalPeer(() => require("koffi") as typeof Koffi, "koffi");
  if (!koffi) return undefined;
  try {
    // What Node itself has loaded: the C library has another name on each system.
    const library = koffi.load(null);
    const setsockopt = library.func(
      "int setsockopt(int fd, int level, int option, const void *value, uint32_t size)",
    ) as (...call: [fd: number, level: number, option: number, value: Buffer, size: number]) => number;
    return {
      socket: library.func("int socket(int domain, int type, int protocol)") as Sockets["socket"],
      connect: library.func("int connect(int fd, const void *address, uint32_t size)") as Sockets["connect"],
      send: library.func(
        "intptr_t send(int fd, const void *bytes, size_t size, int flags)",
      ) as Sockets["send"],
      close: library.func("int close(int fd)") as Sockets["close"],
      waitAtMost(fd, microseconds) {
        const time = timeval(koffi, microseconds);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, time, time.length);
      },
      errno: () => koffi.errno(),
    };
  } catch {
    return undefined;
  }
}

/** `struct timeval`, below a second. */
function timeval(koffi: typeof Koffi, microseconds: number): Buffer {
  const size = koffi.sizeof("long");
  const time = Buffer.alloc(size * 2);
  koffi.encode(time, size, "long", microseconds);
  return time;
}

function must(sockets: Sockets, result: number): number {
  if (result >= 0) return result;
  const errno = sockets.errno();
  throw systemError(
    Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`,
  );
}

const systemError = (code: string): Error => Object.assign(new Error(code), { code });
