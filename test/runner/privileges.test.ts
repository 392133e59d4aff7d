import { identityOf, type Identity } from "../../src/runner/identity";
import type { Asked } from "../../src/runner/privileges-asked";
import { become, isAlready, refuseUnlessPermitted } from "../../src/runner/privileges";
import { systemIds } from "../../src/runner/process-ids";
import { PrivilegesError, PrivilegesSetupError, PrivilegesUsageError } from "../../src/runner/errors";
import { FakeIds } from "./fake-ids";

const WWW: Identity = { uid: 33, gid: 33, groups: [33], words: "user www-data (33)" };
const becoming = (identity: Identity, ids: FakeIds): void => become(identity, ids, ids.watchThreads());

describe("identityOf", () => {
  const of = (asked: Asked, ids = new FakeIds()): Promise<Identity> => identityOf(asked, ids);

  it("TD-09: takes the user's own group, and the groups that the user is in", async () => {
    const ids = new FakeIds();
    ids.memberships.daemon = [44, 4];
    expect(await of({ uid: "daemon" }, ids)).toEqual({
      uid: 1,
      gid: 1,
      groups: [1, 4, 44],
      words: "user daemon (1), group daemon (1), supplementary groups 1, 4, 44",
    });
    expect(ids.groups()).toEqual([0]);
  });

  it("TD-09: finds the account of a number, and its groups with it", async () => {
    const ids = new FakeIds();
    ids.memberships.daemon = [44];
    expect(await of({ uid: "1" }, ids)).toMatchObject({ uid: 1, gid: 1, groups: [1, 44] });
  });

  it("TD-10: takes the group that is named instead, by name or by number", async () => {
    expect(await of({ uid: "daemon", gid: "bin" })).toMatchObject({ uid: 1, gid: 2, groups: [2] });
    expect(await of({ uid: 1, gid: 12_345 })).toMatchObject({ gid: 12_345, groups: [12_345] });
  });

  it("W-50: gives a number that has no account no supplementary groups", async () => {
    expect(await of({ uid: "54321", gid: "54321" })).toEqual({
      uid: 54_321,
      gid: 54_321,
      groups: [],
      words: "user 54321, group 54321, no supplementary groups",
    });
  });

  it("W-50: asks for the group of a number that has no account, because root's would stay", async () => {
    await expect(of({ uid: "54321" })).rejects.toThrow(PrivilegesUsageError);
    await expect(of({ uid: "54321" })).rejects.toThrow(
      "user 54321 has no account that says its group: add --gid",
    );
  });

  it("W-50: takes the supplementary groups that are named, and none for an empty list", async () => {
    expect(await of({ uid: "daemon", groups: ["bin", "2", "44"] })).toMatchObject({ groups: [2, 44] });
    expect(await of({ uid: "daemon", groups: [] })).toMatchObject({ groups: [] });
  });

  it("leaves root's groups alone", async () => {
    expect(await of({ uid: "root" })).toMatchObject({ uid: 0, gid: undefined, groups: undefined });
    expect(await of({ gid: "daemon" })).toMatchObject({ uid: undefined, gid: 1, groups: undefined });
  });

  it("HP-07: says which account there is not", async () => {
    await expect(of({ uid: "no-such-user" })).rejects.toThrow('this system has no user named "no-such-user"');
    await expect(of({ uid: 1, gid: "no-such-group" })).rejects.toThrow("no group named");
    await expect(of({ uid: 1, groups: ["no-such-group"] })).rejects.toThrow("no group named");
  });
});

describe("refuseUnlessPermitted", () => {
  it("TL-08: tells an ordinary user what would help", () => {
    const refused = (): void => refuseUnlessPermitted(WWW, new FakeIds({ uid: 1000 }));
    expect(refused).toThrow(PrivilegesError);
    expect(refused).toThrow(
      /^only root can become user www-data \(33\), and this is user 1000: start it as root, or/,
    );
  });

  it("TL-08: lets whoever is that user already go on", () => {
    const ids = new FakeIds({ uid: 33 });
    refuseUnlessPermitted(WWW, ids);
    becoming(WWW, ids);
    expect(ids.calls).toEqual(["setUid 0", "setGid 0"]);
  });

  it("does not take the user for it who is in other groups than are asked for", () => {
    expect(isAlready({ ...WWW, groups: [] }, new FakeIds({ uid: 33 }))).toBe(false);
    expect(isAlready({ ...WWW, groups: undefined }, new FakeIds({ uid: 33 }))).toBe(true);
    expect(isAlready(WWW, new FakeIds({ uid: 33, gid: 0 }))).toBe(false);
  });

  it("says before anything is bound that the container has taken root's capabilities", () => {
    const ids = new FakeIds();
    ids.capable = false;
    expect(() => refuseUnlessPermitted(WWW, ids)).toThrow(
      /can't set its supplementary groups \(EPERM\), although it is root/,
    );
  });

  it("rule 11: refuses to go on where Node keeps its privileges for io_uring", () => {
    const ids = new FakeIds();
    ids.ioUring = true;
    expect(() => refuseUnlessPermitted(WWW, ids)).toThrow(PrivilegesSetupError);
    expect(() => refuseUnlessPermitted(WWW, ids)).toThrow("UV_USE_IO_URING");
    return expect(identityOf({ uid: "daemon" }, ids)).rejects.toThrow(PrivilegesSetupError);
  });
});

describe("become", () => {
  it("HP-08, rule 11: changes the groups, the group and then the user, and tries the way back", () => {
    const ids = new FakeIds();
    becoming(WWW, ids);
    expect(ids.calls).toEqual(["setGroups 33", "setGid 33", "setUid 33", "setUid 0", "setGid 0"]);
    expect([ids.user, ids.group]).toEqual([
      { real: 33, effective: 33, saved: 33 },
      { real: 33, effective: 33, saved: 33 },
    ]);
    expect(ids.groups()).toEqual([33]);
  });

  it("could not have changed the group after the user", () => {
    const ids = new FakeIds();
    ids.setUid(33);
    expect(() => ids.setGid(33)).toThrow("EPERM");
  });

  it("TD-10: changes the group alone where no user is named", () => {
    const ids = new FakeIds();
    becoming({ uid: undefined, gid: 33, groups: undefined, words: "" }, ids);
    expect(ids.calls).toEqual(["setGid 33"]);
  });

  it.each([
    ["setUid", "its user is 0 instead of 33"],
    ["setGid", "its group is 0 instead of 33"],
    ["setGroups", "thread 4711 has the supplementary groups 0"],
  ] as const)("W-50: ends when %s says that it worked and did not", (call, found) => {
    const ids = new FakeIds();
    ids.ignores.add(call);
    expect(() => becoming(WWW, ids)).toThrow(`the process did not give up its privileges: ${found}`);
  });

  it("W-50: ends when one thread is still root's", () => {
    const ids = new FakeIds();
    ids.straggler = "Pid:\t4712\nUid:\t0\t0\t0\t0\nGid:\t33\t33\t33\t33\nGroups:\t33\n";
    expect(() => becoming(WWW, ids)).toThrow("thread 4712 still has user 0, 0, 0, 0");
  });

  it("W-50: ends when the saved user is still root", () => {
    const ids = new FakeIds({ uid: 33 });
    ids.user.saved = 0;
    expect(() => becoming(WWW, ids)).toThrow("thread 4711 still has user 33, 33, 0, 33");
  });

  it("W-50: ends when capabilities are kept over the change", () => {
    const ids = new FakeIds();
    Object.defineProperty(ids, "capable", { value: true, writable: false });
    ids.setUid = (uid) => void (ids.user = { real: uid, effective: uid, saved: uid });
    expect(() => becoming(WWW, ids)).toThrow("thread 4711 still has capabilities (CapPrm)");
  });

  it("W-50: ends when it could become root again, where nothing is known of threads", () => {
    const ids = new FakeIds();
    ids.watchThreads = () => ({ read: () => [], close: () => undefined });
    ids.setUid = (uid) => void (ids.user = { real: uid, effective: uid, saved: uid });
    expect(() => becoming(WWW, ids)).toThrow("it could become root again");
  });
});

describe("systemIds", () => {
  it("HP-08: reads whom this process runs as, in every thread", () => {
    const ids = systemIds();
    const threads = ids?.watchThreads();
    const texts = threads?.read() ?? [];
    threads?.close();
    expect([ids?.uid(), ids?.effectiveUid()]).toEqual([process.getuid?.(), process.geteuid?.()]);
    if (process.platform === "linux") expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(text).toMatch(new RegExp(`^Uid:\\t${ids?.uid()}\\t`, "m"));
  });
});
