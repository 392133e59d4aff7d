import {
  constructorTypes,
  inheritedMetadata,
  MetadataKey,
  ownMetadata,
  recordMetadata,
} from "../../src/metadata/metadata";

const NOTES = new MetadataKey<string>("test.notes");

class Parent {}
class Child extends Parent {}

function marked(): (target: object) => void {
  return () => {};
}

@marked()
class Asks {
  constructor(readonly parent: Parent) {}
}

describe("the metadata registry", () => {
  it("keeps a child's record apart from its parent's", () => {
    recordMetadata(NOTES, Parent, "of the parent");
    expect(ownMetadata(NOTES, Child)).toBeUndefined();
    recordMetadata(NOTES, Child, "of the child");
    expect(ownMetadata(NOTES, Parent)).toBe("of the parent");
    expect(inheritedMetadata(NOTES, Child)).toEqual(["of the parent", "of the child"]);
  });

  it("gives a copy of a constructor's types, which nobody can spoil", () => {
    constructorTypes(Asks)?.push("spoilt");
    expect(constructorTypes(Asks)).toEqual([Parent]);
    expect(constructorTypes(Child)).toBeUndefined();
  });
});
