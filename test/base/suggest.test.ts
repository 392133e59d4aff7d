import { didYouMean, suggest } from "../../src/base/suggest";

describe("suggest", () => {
  it("finds the nearest by letters replaced, left out, added or swapped", () => {
    expect(suggest("mypoject", ["myserver", "myproject"])).toBe("myproject");
    expect(suggest("prot", ["port", "host"])).toBe("port");
    expect(suggest("--prot", ["--port", "--host"])).toBe("--port");
    expect(suggest("PORT", ["port"])).toBe("port");
  });

  it("completes a beginning", () => {
    expect(suggest("verb", ["port", "verbose"])).toBe("verbose");
  });

  it("offers nothing far away, for one letter, or for nothing", () => {
    expect(suggest("serve", ["port", "plugins"])).toBeUndefined();
    expect(suggest("x", ["y", "xy"])).toBeUndefined();
    expect(suggest("", ["port"])).toBeUndefined();
    expect(suggest("port", [])).toBeUndefined();
    expect(suggest("ab", ["cd"])).toBeUndefined();
  });

  it("is quick with a word of a megabyte", () => {
    expect(suggest("x".repeat(2 ** 20), ["port"])).toBeUndefined();
  });
});

describe("didYouMean", () => {
  it("is a tail for a message, or nothing", () => {
    expect(didYouMean("prot", ["port", "host"])).toBe(' (did you mean "port"?)');
    expect(didYouMean("zzz", ["port"])).toBe("");
    expect(didYouMean("cart", ["care", "card"])).toBe(' (did you mean "care" or "card"?)');
  });
});
