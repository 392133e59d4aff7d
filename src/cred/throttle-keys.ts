/** By what attempts are counted. */

/** Characters; a longer name is counted by its digest. */
const LONGEST = 64;
/** Most names: the same in every case and composition already. */
const PLAIN = /^[!-@[-~]{1,64}$/;

/** What a directory does not see (RFC 4518, 2.2), and accents, which Active Directory does not see either. */
const UNSEEN = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u0300-\u036f]/gu;

/**
 * A user: names are one where a directory sees no difference, in case, composition, blanks and accents; else whoever
 * guesses would have as many tries as there are ways to write a name.
 */
export function throttledUser(name: string | undefined): string | undefined {
  if (name === undefined || PLAIN.test(name)) return name;
  const key = folded(name);
  if (key.length <= LONGEST) return key;
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(key).digest("base64");
}

function folded(name: string): string {
  // "ß" is "SS" in capitals, and no other letter is.
  const letters = name.toUpperCase().toLowerCase().normalize("NFKD");
  return letters.replace(/\s+/g, " ").replace(UNSEEN, "").trim();
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
