import { findCheckerFactories } from "appd";
import { exitStatusOf } from "../../src/base/exit-status";
import { lookForPluginsIn } from "../../src/plugin/get-plugins";
import { thrownBy } from "../cred/harness";
import { ProjectFolder } from "../plugin/project-folder";

/** A plugin file with a factory. */
const factory = (authType: string, help = "Ask."): string => `
  const { directlyProvides, ICheckerFactory, IUsernamePassword, AllowAnonymousAccess } = require("appd");
  exports.factory = {
    authType: ${authType}, authHelp: "${help}", argStringFormat: "", credentialInterfaces: [IUsernamePassword],
    generateChecker: () => new AllowAnonymousAccess(),
  };
  directlyProvides(exports.factory, ICheckerFactory);
`;

describe("findCheckerFactories", () => {
  let folder: ProjectFolder;
  const find = async (files: Readonly<Record<string, string>>) => {
    folder = new ProjectFolder(files);
    lookForPluginsIn({ project: folder.project });
    const heard: string[] = [];
    const factories = await findCheckerFactories(({ message }) => heard.push(message));
    return { heard, types: factories.map(({ authType }) => authType), factories };
  };
  afterEach(() => {
    folder[Symbol.dispose]();
    lookForPluginsIn({});
  });

  it("SC-02: finds those of the project, by name; one of a shipped type hides that", async () => {
    const { types, factories } = await find({
      "plugins/z.js": factory(`"oracle"`),
      "plugins/a.js": factory(`"memory"`, "Another."),
    });
    expect(types).toEqual(types.toSorted());
    expect(types).toContain("oracle");
    expect(factories.filter(({ authType }) => authType === "memory").map(({ authHelp }) => authHelp)).toEqual(
      ["Another."],
    );
  });

  it("leaves out what can't be typed, and says so", async () => {
    const { types, heard } = await find({
      "plugins/a.js": factory(`"a:b"`),
      "plugins/b.js": factory("12"),
      "plugins/c.js": factory(`"__proto__"`),
      "plugins/d.js": `throw new Error("oh no");`,
    });
    expect(types).toContain("file");
    expect(types).not.toContain("a:b");
    const form = `can't be typed behind --auth: an authType has small letters, digits and "-"`;
    expect(heard).toEqual([
      `plugins/a.js: "a:b" ${form}`,
      `plugins/b.js: 12 ${form}`,
      `plugins/c.js: "__proto__" ${form}`,
      "plugins/d.js: oh no (plugins/d.js:1)",
    ]);
  });

  it("refuses two of a project that have one name, and names both", async () => {
    const error = await thrownBy(
      find({ "plugins/a.js": factory(`"oracle"`), "plugins/b.js": factory(`"oracle"`) }),
    );
    expect((error as Error).message).toBe(
      'two checker factories are called "oracle": plugins/a.js and plugins/b.js; rename one of them',
    );
    expect(exitStatusOf(error)).toBe(78);
  });
});
