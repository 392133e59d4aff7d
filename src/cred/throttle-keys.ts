/** By what attempts are counted. */

/** Characters; a longer name is counted by its digest. */
const LONGEST = 64;
/** Most names: the same in every case and composition already. */
const PLAIN = /^[!-@[-~]{1,64}$/;

/** A user: names that differ in case or composition are one, because some directories see no difference. */
export function throttledUser(name: string | undefined): string | undefined {
  if (name === undefined || PLAIN.test(name)) return name;
  const key = name.normalize("NFKC").toLowerCase();
  if (key.length <= LONGEST) return key;
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(key).digest("base64");
}

/**
 * An address: of IPv6 its /64, because one machine may have all of them. The machine itself is not counted: what
 * comes from there is most often a proxy, and stands for everybody behind it.
 */
export function throttledAddress(address: string | undefined): string | undefined {
  if (address === undefined || address === "::1" || address.startsWith("127.")) return undefined;
  return address.includes(":") ? network(address) : address;
}

function network(address: string): string {
  const [head = "", tail = ""] = (address.split("%")[0] ?? "").toLowerCase().split("::");
  const first = head.split(":").filter((group) => group !== "");
  const last = tail.split(":").filter((group) => group !== "");
  const zeros = address.includes("::") ? Math.max(0, 8 - first.length - last.length) : 0;
  const groups = [...first, ...Array<string>(zeros).fill("0"), ...last];
  return groups.slice(0, 4).join(":");
}
