import type { ProcessIds, Threads } from "../../src/runner/process-ids";

interface Held {
  real: number;
  effective: number;
  saved: number;
}
const all = (id: number): Held => ({ real: id, effective: id, saved: id });

/** The ids of a process as Linux keeps them: see credentials(7), and capabilities(7) for what becomes of those. */
export class FakeIds implements ProcessIds {
  user: Held;
  group: Held;
  supplementary: number[];
  capable: boolean;
  /** Such a call does nothing although it says that it did. */
  ignores = new Set<"setUid" | "setGid" | "setGroups">();
  /** One more thread, which the changes do not reach. */
  straggler: string | undefined;
  /** As Node answers where io_uring may be on. */
  ioUring = false;
  /** What the system's account database says. */
  readonly memberships: Record<string, number[]> = {};
  readonly calls: string[] = [];

  constructor(start: { readonly uid?: number; readonly gid?: number; readonly groups?: number[] } = {}) {
    const user = start.uid ?? 0;
    const group = start.gid ?? user;
    this.user = all(user);
    this.group = all(group);
    this.supplementary = start.groups ?? [group];
    this.capable = user === 0;
  }

  uid(): number {
    return this.user.real;
  }
  effectiveUid(): number {
    return this.user.effective;
  }
  gid(): number {
    return this.group.real;
  }
  effectiveGid(): number {
    return this.group.effective;
  }
  groups(): number[] {
    return [...this.supplementary];
  }
  setUid(uid: number): void {
    const wasRoot = [this.user.real, this.user.effective, this.user.saved].includes(0);
    if (!this.#changes("setUid", uid)) return;
    this.user = this.#changed(this.user, uid);
    if (wasRoot && ![this.user.real, this.user.effective, this.user.saved].includes(0)) this.capable = false;
  }
  setGid(gid: number): void {
    if (this.#changes("setGid", gid)) this.group = this.#changed(this.group, gid);
  }
  setGroups(groups: readonly number[]): void {
    if (this.#changes("setGroups", groups.join(","), true)) this.supplementary = [...groups];
  }
  initGroups(user: string, gid: number): void {
    if (this.#changes("setGroups", user, true)) this.supplementary = [gid, ...(this.memberships[user] ?? [])];
  }
  watchThreads(): Threads {
    return { read: () => [this.#status()].concat(this.straggler ?? []), close: () => undefined };
  }

  #changes(call: "setUid" | "setGid" | "setGroups", to: number | string, needsCapability = false): boolean {
    this.calls.push(`${call} ${to}`);
    if (this.ioUring) throw Object.assign(new Error(`${call}() disabled`), { code: "ERR_INVALID_STATE" });
    if (needsCapability && !this.capable) throw notPermitted();
    return !this.ignores.has(call);
  }
  #changed(held: Held, id: number): Held {
    if (this.capable) return all(id);
    if (id !== held.real && id !== held.saved) throw notPermitted();
    return { ...held, effective: id };
  }
  #status(): string {
    const four = ({ real, effective, saved }: Held): string => [real, effective, saved, effective].join("\t");
    const capabilities = this.capable ? "000001ffffffffff" : "0000000000000000";
    return [
      "Name:\tnode",
      "Pid:\t4711",
      `Uid:\t${four(this.user)}`,
      `Gid:\t${four(this.group)}`,
      `Groups:\t${this.supplementary.join(" ")} `,
      "CapInh:\t0000000000000000",
      `CapPrm:\t${capabilities}`,
      `CapEff:\t${capabilities}`,
      "CapAmb:\t0000000000000000",
    ].join("\n");
  }
}

const notPermitted = (): Error => Object.assign(new Error("EPERM"), { code: "EPERM" });
