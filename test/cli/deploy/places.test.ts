import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isClosed, placesOf, unreadable } from "../../../src/cli/deploy/places";
import { findProject } from "../../../src/plugin/project";
import type { World } from "../../../src/runner/world";

let top: string;
const at = (...names: string[]): string => join(top, ...names);
/** What is asked of a world. */
const world = (environment: World["environment"] = {}): World =>
  ({
    folder: at("releases/2"),
    environment,
    self: {
      execPath: "/root/.nvm/bin/node",
      execArgv: ["--max-old-space-size=99", "--inspect=0"],
      script: "",
    },
  }) as unknown as World;

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "appd-places-")));
  for (const folder of ["releases/2/node_modules/appd/dist", "tools", "lib"])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at("releases/2/package.json"), "{}");
  writeFileSync(at("releases/2/node_modules/appd/package.json"), '{"name":"appd"}');
  symlinkSync(at("releases/2"), at("current"));
  symlinkSync(at("lib"), at("releases/2/node_modules/lib"));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe("the places of a unit", () => {
  it("are Node with its options, the project's own appd, and what is closed to services", () => {
    const { folder, program, opened } = placesOf(world(), findProject(at("releases/2")), undefined);
    expect(folder).toBe(at("releases/2"));
    expect(program).toEqual([
      "/root/.nvm/bin/node",
      "--max-old-space-size=99",
      at("releases/2/node_modules/appd/dist/cli.js"),
    ]);
    expect(opened).toEqual(["/root/.nvm/bin/node", at("lib"), at("releases/2")]);
  });

  it.each([
    ["the link that was entered", "PWD", undefined],
    ["the link that was named", "OLDPWD", "../../current"],
  ])("complaint 17: keep %s: the next release is started then", (_, variable, given) => {
    const project = findProject(at("current"));
    const { folder, program, opened } = placesOf(world({ [variable]: at("current") }), project, given);
    expect([folder, program.at(-1)]).toEqual([at("current"), at("current/node_modules/appd/dist/cli.js")]);
    expect(opened).toEqual(["/root/.nvm/bin/node", at("current"), at("lib"), at("releases/2")]);
  });

  it("have the folders of other plugins, and open them", () => {
    const { environment, opened } = placesOf(
      world({ APPD_PLUGIN_PATH: "../../tools:" }),
      findProject(at("releases/2")),
      undefined,
    );
    expect(environment).toEqual({ APPD_PLUGIN_PATH: at("tools") });
    expect(opened).toContain(at("tools"));
  });

  it.each([
    ["/root", true],
    ["/home/me/x", true],
    ["/srv/home", false],
    ["/homes", false],
    ["/var/tmp/x", true],
  ])("are closed to a service or not: %s", (path, closed) => expect(isClosed(path)).toBe(closed));

  it("can't be read where a folder on the way is somebody's own, unless that is opened", () => {
    chmodSync(top, 0o700);
    chmodSync(at("lib"), 0o755);
    expect(unreadable([at("lib")], [])).toBe(top);
    expect(unreadable([at("lib")], [at("lib")])).toBeUndefined();
    chmodSync(at("lib"), 0o750);
    expect(unreadable([at("lib")], [at("lib")])).toBe(at("lib"));
  });
});
