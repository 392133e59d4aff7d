import { pluginsAsJson, renderPlugins, type PluginReport } from "../../src/cli/render-plugins";
import { NoPluginFolderError } from "../../src/plugin/errors";
import { listingOf, type FileContent } from "../../src/plugin/listing";
import type { LookedAt } from "../../src/plugin/scan";
import type { Source } from "../../src/plugin/sources";

const project: Source = {
  kind: "project",
  location: "/shop/plugins",
  said: "the project's plugins folder",
  named: false,
  owner: { name: "shop", version: "1.0.0" },
};
const shipped: Source = {
  kind: "appd",
  location: "/appd/plugins",
  said: "appd itself",
  named: false,
  owner: {},
};

const file = (shown: string, more: Partial<LookedAt> = {}): LookedAt => ({
  path: `/shop/${shown}`,
  shown,
  root: "/shop",
  source: project,
  ...more,
});
const maker = (exportName: string, tapname: string): FileContent["plugins"][number] => ({
  exportName,
  provides: ["IServiceMaker", "IPlugin"],
  summary: { tapname, description: "Sells things." },
});
const holding = (content: Partial<FileContent>): FileContent => ({
  plugins: [],
  faults: [],
  others: [],
  ...content,
});

const reportOn = (contents: readonly (readonly [LookedAt, FileContent])[]): PluginReport => ({
  listing: listingOf(
    {
      sources: [project],
      files: contents.map(([looked]) => looked),
      problems: [new NoPluginFolderError("APPD_PLUGIN_PATH", "/gone")],
    },
    ({ path }) => contents.find(([looked]) => looked.path === path)?.[1],
  ),
});

const REPORT = reportOn([
  [file("plugins/shop.ts"), holding({ plugins: [maker("Shop", "shop")] })],
  [
    file("plugins/broken.ts"),
    holding({
      faults: [{ reason: "no database (src/db.ts:3)", stack: "Error: no database\n    at db.ts:3" }],
    }),
  ],
  [file("plugins/log.ts"), holding({ others: [{ exportName: "Log", reason: "it provides ILog" }] })],
  [file("plugins/empty.ts"), holding({})],
  [file("plugins/shop.test.ts", { leftOut: "a test" }), holding({})],
  [file("own/shop.js", { source: shipped }), holding({ plugins: [maker("Own", "shop")] })],
]);

describe("renderPlugins", () => {
  it("W-40: lists every file looked at, source by source, what it provides and why it was left out", () => {
    expect(renderPlugins(REPORT)).toBe(
      `the project's plugins folder: /shop/plugins
  plugins/shop.ts
    Shop: IServiceMaker, IPlugin "shop", Sells things.
  plugins/broken.ts
    not usable: no database (src/db.ts:3)
  plugins/log.ts
    Log: no plugin: it provides ILog
  plugins/empty.ts
    exports no plugin
  plugins/shop.test.ts
    left out: a test

appd itself: /appd/plugins
  own/shop.js
    Own: IServiceMaker, IPlugin "shop", Sells things. (hidden by Shop in plugins/shop.ts)

Problems:
  APPD_PLUGIN_PATH: there is no /gone
`,
    );
  });

  it("shows stacks of broken files when they are asked for", () => {
    expect(renderPlugins({ ...REPORT, debug: true })).toContain(
      "      Error: no database\n          at db.ts:3\n",
    );
  });

  it("says where plugins go when there are none", () => {
    const listing = { files: [], entries: [], problems: [] };
    expect(renderPlugins({ listing })).toBe("No plugin files: plugins/ is where a project has them.\n");
  });

  it("W-12: says of two makers of one name that they clash", () => {
    const clash = reportOn([
      [file("plugins/a.ts"), holding({ plugins: [maker("A", "shop")] })],
      [file("plugins/b.ts"), holding({ plugins: [maker("B", "shop")] })],
    ]);
    expect(renderPlugins(clash)).toMatch(/A: .* \(.*A in plugins\/a\.ts.*B in plugins\/b\.ts.*\)/);
  });

  it("keeps what a plugin says from disturbing the terminal", () => {
    const sly = holding({ faults: [{ reason: "\u001b[2Jgone" }] });
    expect(renderPlugins(reportOn([[file("plugins/sly.ts"), sly]]))).toContain("\\u001b[2Jgone");
  });
});

describe("pluginsAsJson", () => {
  it("W-40: says the same to programs", () => {
    expect(JSON.parse(pluginsAsJson(REPORT))).toMatchObject({
      files: [
        {
          path: "/shop/plugins/shop.ts",
          source: { kind: "project", package: { name: "shop", version: "1.0.0" } },
          plugins: [{ export: "Shop", provides: ["IServiceMaker", "IPlugin"], summary: { tapname: "shop" } }],
        },
        {
          faults: [
            { reason: "no database (src/db.ts:3)", stack: expect.stringContaining("db.ts:3") as string },
          ],
        },
        { others: [{ export: "Log", reason: "it provides ILog" }] },
        { plugins: [] },
        { leftOut: "a test" },
        { plugins: [{ note: "hidden by Shop in plugins/shop.ts" }] },
      ],
      problems: [{ code: "APPD_NO_PLUGIN_FOLDER", message: "APPD_PLUGIN_PATH: there is no /gone" }],
    });
  });
});
