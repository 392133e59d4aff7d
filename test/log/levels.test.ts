import { levelNamed, LEVEL_WORDS } from "../../src/log/levels";

describe("levelNamed", () => {
  it("knows every word that it shows, in any case", () => {
    for (const word of LEVEL_WORDS) expect(levelNamed(word.toUpperCase())).toBeDefined();
  });

  it("takes critical for fatal", () => {
    expect(levelNamed("critical")).toBe("fatal");
  });

  it("knows no other word", () => {
    expect(levelNamed("loud")).toBeUndefined();
    expect(levelNamed("")).toBeUndefined();
  });
});
