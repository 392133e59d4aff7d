import { BlockList, isIP } from "node:net";
import { KINDS, readPublicKey } from "./public-key";

/** A line of an authorized_keys file (sshd(8)) that lets someone in here. */
export interface AuthorizedKey {
  readonly blob: Buffer;
  /** Only from these addresses, if any are said. */
  readonly from: string | undefined;
  /** Only before this time. */
  readonly before: number | undefined;
}

/** What a file says. */
export interface AuthorizedKeys {
  readonly keys: readonly AuthorizedKey[];
  /** What is wrong with lines that were left out, by their number. */
  readonly faults: readonly string[];
}

/** Options that take away what a shell has, and nobody has here. */
const OF_SHELLS =
  /^(?:restrict|(?:no-)?(?:agent-forwarding|port-forwarding|pty|user-rc|x11-forwarding)|permitopen|permitlisten|environment|tunnel|no-touch-required)$/;
/** Other kinds that OpenSSH has: no fault, but no use here. */
const ELSEWHERE = /^(?:sk-(?:ssh|ecdsa)-|ssh-dss$|ssh-ed448$|\S+-cert-v\d+@)/;
const OPTION = /([A-Za-z0-9-]+)(?:="((?:\\.|[^"\\])*)")?(?:,|$)/gy;

/** Reads the lines. One that is broken is left out: the others still let their owner in. */
export function readAuthorizedKeys(text: string): AuthorizedKeys {
  const keys: AuthorizedKey[] = [];
  const faults: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    try {
      const key = readLine(content);
      if (key) keys.push(key);
    } catch (error) {
      faults.push(`line ${index + 1}: ${(error as Error).message}`);
    }
  }
  return { keys, faults };
}

/** Whether a key lets someone in from there, now. */
export function isUsable(
  { from, before }: AuthorizedKey,
  { address, now }: { readonly address: string | undefined; readonly now: number },
): boolean {
  if (before !== undefined && now >= before) return false;
  return from === undefined || (address !== undefined && matches(from, address));
}

function readLine(line: string): AuthorizedKey | undefined {
  const { options, rest } = splitOptions(line);
  const [kind = "", base64 = ""] = rest.split(/[ \t]+/);
  if (ELSEWHERE.test(kind)) return undefined;
  if (!KINDS.includes(kind)) throw new Error("there is no key of a known kind in it");
  const blob = Buffer.from(base64, "base64");
  if (blob.toString("base64").replace(/=+$/, "") !== base64.replace(/=+$/, ""))
    throw new Error("its key is no Base64");
  if (!blob.subarray(4).toString("latin1").startsWith(kind))
    throw new Error("its key is not of the kind that it says");
  readPublicKey(blob);
  return { blob, ...limits(options) };
}

/** Options come first, without a blank outside of quotes. */
function splitOptions(line: string): { options: ReadonlyMap<string, string>; rest: string } {
  const [, first = "", rest = ""] = /^((?:[^ \t"]|"(?:\\.|[^"\\])*")+)[ \t]+(.*)$/.exec(line) ?? [];
  const options = new Map<string, string>();
  if (KINDS.includes(first) || ELSEWHERE.test(first)) return { options, rest: line };
  let read = 0;
  for (const [all, name = "", value = ""] of first.matchAll(OPTION)) {
    options.set(name.toLowerCase(), value.replaceAll('\\"', '"'));
    read += all.length;
  }
  if (first === "" || read !== first.length) throw new Error("there is no key of a known kind in it");
  return { options, rest };
}

/** A key that is there for one command, or for a certificate's authority, lets nobody in as a whole. */
function limits(options: ReadonlyMap<string, string>): Pick<AuthorizedKey, "from" | "before"> {
  for (const name of options.keys())
    if (name !== "from" && name !== "expiry-time" && !OF_SHELLS.test(name))
      throw new Error(`its key has the option ${name}, which can't be kept here`);
  const until = options.get("expiry-time");
  return { from: options.get("from"), before: until === undefined ? undefined : timeOf(until) };
}

/** YYYYMMDD[HHMM[SS]][Z], in local time unless it ends in Z. */
function timeOf(text: string): number {
  const [, year, month, day, hour = "00", minute = "00", second = "00", zone = ""] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/.exec(text) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(time)) throw new Error("its expiry-time is no time");
  return time;
}

/** Patterns as in ssh_config(5): addresses with * and ?, networks, and with "!" those that are not meant. */
function matches(patterns: string, address: string): boolean {
  let isMeant = false;
  for (const pattern of patterns.split(",").map((one) => one.trim())) {
    const isDenial = pattern.startsWith("!");
    if (!matchesOne(pattern.replace(/^!/, ""), address)) continue;
    if (isDenial) return false;
    isMeant = true;
  }
  return isMeant;
}

function matchesOne(pattern: string, address: string): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const [network = "", bits] = pattern.split("/");
  if (bits !== undefined) {
    const size = /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
    if (isIP(network) !== isIP(address) || !(size <= (family === "ipv6" ? 128 : 32))) return false;
    const list = new BlockList();
    list.addSubnet(network, size, family);
    return list.check(address, family);
  }
  const glob = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${glob}$`, "i").test(address);
}
