import type { RunView } from "../../src/runner/companion";
import { processNamed } from "../../src/runner/process-name";
import { Application } from "../../src/service/application";
import { FakeWorld } from "./fake-world";

describe("the name of the process", () => {
  const named = (options: { readonly processName?: string }): string | undefined => {
    const world = new FakeWorld();
    const application = new Application("web", options);
    void processNamed.made?.({ world, application } as unknown as RunView);
    return world.title;
  };

  it("TL-16: is the one that the application asks for", () => {
    expect(named({ processName: "shop: web" })).toBe("shop: web");
  });

  it("stays as it is where it asks for none", () => {
    expect(named({})).toBeUndefined();
    expect(named({ processName: "" })).toBeUndefined();
  });
});
