import { symlinkSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CompiledSource } from "./compiled-source";
import { ProjectFolder } from "./project-folder";

const source = new CompiledSource();
afterAll(() => source[Symbol.dispose]());

/** A project with class-validator that prints how many of its files a script loads, and what the script returns. */
class Validated extends ProjectFolder {
  constructor(main: string) {
    super({ "node_modules/x": "", "main.ts": main });
    const installed = dirname(require.resolve("class-validator/package.json"));
    symlinkSync(resolve(installed), this.path("node_modules/class-validator"));
  }

  async run(): Promise<{ files: number; result: unknown }> {
    const script = `
      const now = Date.now; Date.now = () => now() + 60000;
      void Promise.resolve(require("./main.ts").default).then((result) => {
        const files = Object.keys(require.cache).filter((path) => path.includes("/class-validator/cjs/")).length;
        console.log(JSON.stringify({ files, result }));
      });`;
    const { stdout, stderr } = await source.run(this.root, script);
    if (stderr !== "") throw new Error(stderr);
    return JSON.parse(stdout) as { files: number; result: unknown };
  }
}

const CONSTRAINED = `
  import { IsInt, Max, Min, validate } from "class-validator";
  class Options { @IsInt() @Min(0) @Max(65535) port: unknown = "http"; }
  export default validate(new Options()).then(([error]) => Object.keys(error!.constraints!).sort());
`;

describe("class-validator's decorators", () => {
  it("are loaded when they are used, once it is known where they are", async () => {
    using folder = new Validated(CONSTRAINED);
    const first = await folder.run();
    const second = await folder.run();
    expect(first.files).toBeGreaterThan(100);
    expect(second.files).toBeLessThan(40);
    expect(second.result).toEqual(["isInt", "max", "min"]);
    expect(second.result).toEqual(first.result);
  });

  it("are the very same as those of the files that they come from", async () => {
    using folder = new Validated(`
      import * as all from "class-validator";
      const { IsInt } = require("class-validator/cjs/decorator/typechecker/IsInt");
      export default [all.IsInt === IsInt, Object.keys(all).length];
    `);
    const { result } = await folder.run();
    expect(result).toEqual([true, expect.any(Number)]);
    expect((await folder.run()).result).toEqual(result);
  });

  it("are the same for a constraint of one's own", async () => {
    using folder = new Validated(`
      import { registerDecorator, Validate, validate, ValidatorConstraint } from "class-validator";
      @ValidatorConstraint({ name: "even", async: true })
      class Even { async validate(value: number) { return value % 2 === 0; } defaultMessage() { return "odd"; } }
      const Positive = () => (target: object, propertyName: string) =>
        registerDecorator({ name: "positive", target: target.constructor, propertyName, validator: { validate: (v) => Number(v) > 0 } });
      class Options { @Validate(Even) @Positive() port = -1; }
      export default validate(new Options()).then(([error]) => Object.keys(error!.constraints!).sort());
    `);
    expect((await folder.run()).result).toEqual(["even", "positive"]);
    expect((await folder.run()).result).toEqual(["even", "positive"]);
  });
});
