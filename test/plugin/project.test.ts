import { ConfigurationError, NoInputError } from "../../src/base/errors";
import { findProject } from "../../src/plugin/project";
import { ProjectFolder } from "./project-folder";

describe("findProject", () => {
  it("finds the nearest folder upwards that has a package.json", () => {
    using folder = new ProjectFolder({
      "package.json": { name: "shop", version: "1.2.3" },
      "src/deep/file.ts": "",
    });
    expect(findProject(folder.path("src/deep"))).toMatchObject({
      root: folder.root,
      name: "shop",
      version: "1.2.3",
    });
  });

  it("takes a folder without a package.json above it as it is", () => {
    expect(findProject("/")).toEqual({ root: "/" });
  });

  it.each(["/no/such/folder", __filename])("says that there is no folder %s", (folder) => {
    const find = (): unknown => findProject(folder);
    expect(find).toThrow(NoInputError);
    expect(find).toThrow(`there is no folder ${folder}`);
  });

  it("reads a list of plugin places from package.json", () => {
    using folder = new ProjectFolder({ "package.json": { appd: { plugins: ["dist/plugins", "extra.js"] } } });
    expect(folder.project.package?.plugins).toEqual(["dist/plugins", "extra.js"]);
  });

  it("reads a package.json that begins with a byte order mark", () => {
    using folder = new ProjectFolder({ "package.json": '\uFEFF{"name":"marked"}' });
    expect(folder.project.name).toBe("marked");
  });

  it.each([
    ["{", "is not JSON"],
    ["[]", "must hold a JSON object"],
    ['{"appd":{"plugins":12}}', '"appd.plugins" must be a folder, a file or a list of them'],
    ['{"appd":{"plugins":["ok",""]}}', 'such as "dist/plugins"; got ""'],
  ])("refuses %s, naming the file", (content, fault) => {
    using folder = new ProjectFolder({ "package.json": content });
    const find = (): unknown => folder.project;
    expect(find).toThrow(ConfigurationError);
    expect(find).toThrow(fault);
    expect(find).toThrow(folder.path("package.json"));
  });
});
