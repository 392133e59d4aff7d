import { createRequire } from "node:module";
import { ConfigurationError, MissingPeerError, neededPeer, optionalPeer } from "../../src/index";

const load = createRequire(__filename);
const absent = (): unknown => load("not-installed-anywhere");

describe("neededPeer", () => {
  it("gives a library that is there", () => {
    expect(neededPeer(() => load("croner") as object, "croner")).toHaveProperty("Cron");
  });

  it("says in one line what to install where it is not", () => {
    const needed = (): unknown =>
      neededPeer(absent, "not-installed-anywhere", { who: 'the cron expression "@daily"', install: "it@2" });
    expect(needed).toThrow(MissingPeerError);
    expect(needed).toThrow(
      /^the cron expression "@daily" needs a library that is not here: npm install it@2$/,
    );
    expect(MissingPeerError.prototype).toBeInstanceOf(ConfigurationError);
  });
});

describe("optionalPeer", () => {
  it("gives nothing for one that is not there", () => {
    expect(optionalPeer(absent, "not-installed-anywhere")).toBeUndefined();
  });

  it("hides nothing else that goes wrong, such as a library that lacks one of its own", () => {
    expect(() => optionalPeer(absent, "croner")).toThrow("not-installed-anywhere");
  });
});
