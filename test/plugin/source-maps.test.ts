import { SourceMaps } from "../../src/plugin/source-maps";

describe("SourceMaps", () => {
  function setUp() {
    const states: boolean[] = [];
    const maps = new SourceMaps((on) => states.push(on));
    return { states, maps };
  }

  it("are turned on once", () => {
    const { states, maps } = setUp();
    maps.on();
    maps.on();
    expect(states).toEqual([true]);
  });

  it("are off while a package is loaded, and on again whatever becomes of it", () => {
    const { states, maps } = setUp();
    maps.on();
    expect(() =>
      maps.without(() => {
        maps.without(() => undefined);
        throw new Error("broken package");
      }),
    ).toThrow("broken package");
    expect(states).toEqual([true, false, true]);
  });

  it("are left alone while nothing has asked for them", () => {
    const { states, maps } = setUp();
    maps.without(() => undefined);
    expect(states).toEqual([]);
  });

  it("stay on for TypeScript that a package loads", () => {
    const { states, maps } = setUp();
    maps.on();
    maps.without(() => maps.on());
    expect(states).toEqual([true, false, true]);
  });
});
