/** Who has what one would like to have, as far as Linux tells. Loaded when it matters; never fails. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describeProcess } from "../base/process-identity";
import { silently } from "../base/silently";

/** Milliseconds that looking through all processes may take. */
const PATIENCE = 300;
/** The state of a socket of TCP that listens, and of one of UDP that is bound. */
const LISTENING = { tcp: "0A", udp: "07" };
export type Protocol = keyof typeof LISTENING;

interface Holder {
  readonly inode: string;
  readonly uid?: string;
}

/** Who listens on a port in such a way that `address` can't: `process 1234 (nginx)`. */
export function holderOfPort(
  port: number,
  address: string | undefined,
  protocol: Protocol = "tcp",
): string | undefined {
  return silently(() => {
    const all = [...listeners(protocol, ""), ...listeners(protocol, "6")];
    const wanted = address === undefined || /^[0:.]*$/.test(address) ? undefined : address;
    const found = all
      .filter((one) => one.port === port)
      .find((one) => wanted === undefined || isAny(one.address) || one.address === wanted);
    return found && describe(found);
  });
}

/** Who listens on a UNIX socket that was bound to this very path. */
export function holderOfPath(path: string): string | undefined {
  return silently(() => {
    const lines = readFileSync("/proc/net/unix", "utf8").split("\n");
    const found = lines
      .map((line) => /^\S+ \S+ \S+ 00010000 0001 \S+ +(\d+) (.*)$/.exec(line))
      .find((match) => match?.[2] === path);
    return found?.[1] === undefined ? undefined : describe({ inode: found[1] });
  });
}

interface Listener extends Holder {
  readonly address: string;
  readonly port: number;
}

function listeners(protocol: Protocol, version: "" | "6"): Listener[] {
  return read(`/proc/net/${protocol}${version}`)
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTENING[protocol])
    .map((fields) => {
      const [address = "", port = ""] = (fields[1] ?? "").split(":");
      return {
        address: addressIn(address),
        port: parseInt(port, 16),
        uid: fields[7],
        inode: fields[9] ?? "",
      };
    }) as Listener[];
}

/** An address stands there in words of 32 bits, the bytes of each as this machine has them, which is backwards. */
function addressIn(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => parseInt(byte, 16)).join(".");
  const groups = Array.from({ length: 8 }, (_, at) => `${bytes[2 * at] ?? ""}${bytes[2 * at + 1] ?? ""}`);
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

const isAny = (address: string): boolean => /^[0:.]*$/.test(address);

function describe({ inode, uid }: Holder): string | undefined {
  if (inode === "0") return undefined;
  const pid = processOf(`socket:[${inode}]`);
  if (pid === process.pid) return "another service of this very process";
  if (pid !== undefined) return describeProcess(pid);
  return uid === undefined ? undefined : `a process of ${userNamed(uid)}`;
}

/** Those that began last are looked at first. Of other users' processes only root sees what they have open. */
function processOf(socket: string): number | undefined {
  const end = performance.now() + PATIENCE;
  const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const pids = [process.pid, ...others.map(Number).sort((one, other) => other - one)];
  return pids.find((pid) => performance.now() < end && holds(pid, socket, end));
}

function holds(pid: number, socket: string, end: number): boolean {
  const folder = `/proc/${pid}/fd`;
  const fds = silently(() => readdirSync(folder)) ?? [];
  return fds.some(
    (fd) => performance.now() < end && silently(() => readlinkSync(`${folder}/${fd}`)) === socket,
  );
}

function userNamed(uid: string): string {
  const line = read("/etc/passwd")
    .split("\n")
    .find((one) => one.split(":")[2] === uid);
  return `user ${line?.split(":")[0] ?? uid}`;
}

const read = (file: string): string => silently(() => readFileSync(file, "utf8")) ?? "";
