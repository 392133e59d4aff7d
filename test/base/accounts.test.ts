import { accountNumber, UnknownAccountError } from "../../src/base/accounts";

describe("accountNumber", () => {
  it.each([
    [0, 0],
    ["0", 0],
    ["1000", 1000],
    [4_294_967_294, 4_294_967_294],
  ])("HP-07: takes the number %p as it is, whether there is such a user or not", async (account, number) => {
    expect(await accountNumber("user", account)).toBe(number);
    expect(await accountNumber("group", account)).toBe(number);
  });

  it("HP-07: looks names up", async () => {
    expect(await accountNumber("user", "root")).toBe(0);
    expect(await accountNumber("group", "daemon")).toBe(1);
  });

  it.each(["no-such-account", "", "-i", "root:x", "a b", "1e3", "0x0", "\0", "-1", "4294967295", -1, 1.5])(
    "HP-07: says in a line that there is no %p",
    async (account) => {
      const failed = accountNumber("user", account);
      await expect(failed).rejects.toBeInstanceOf(UnknownAccountError);
      await expect(failed).rejects.toThrow(/^this system has no user named ".*"$/);
    },
  );
});
