/** TypeScript is loaded one way, whatever the project says of itself. */
import { example, firstLine, Project } from "./harness";

const TSCONFIG = `{
  // Not even a decorator is allowed here.
  "compilerOptions": {
    "target": "es5", "module": "esnext", "experimentalDecorators": false, "emitDecoratorMetadata": false,
    "useDefineForClassFields": false, "jsx": "react", "verbatimModuleSyntax": true, "outDir": "built",
  },
}`;

const MAKER = `
import { Implements, injectable, Interface, Logger, Parameter, ServiceMaker, TCPServer, type IService } from "appd";
import { Mood } from "../src/mood.js";
import words from "../src/words.mjs";

@Interface("greet")
abstract class IGreeter {
  abstract greet(): string;
}

@Implements(IGreeter)
class Dog implements IGreeter {
  constructor(private readonly log: Logger) {}
  greet(): string {
    this.log.debug("greeting");
    return words[Mood.Happy] + "!";
  }
}

class Options {
  @Parameter("The port.", { short: "p" }) port = 0;
}

@ServiceMaker("dog", "Greets.", { options: Options, providers: [Dog] })
export class DogMaker {
  constructor(private readonly greeter: IGreeter) {}
  makeService(options: Options): IService {
    return new TCPServer(options.port, (socket) => socket.end(this.greeter.greet()));
  }
}
`;

describe.each(["commonjs", "module"])('a project of "type": "%s"', (type) => {
  it("has decorators, metadata, enums, .js that means .ts and .mjs, whatever its tsconfig says", async () => {
    const project = new Project(
      {
        "tsconfig.json": TSCONFIG,
        "plugins/dog.ts": MAKER,
        "src/mood.ts": "export enum Mood { Happy, Sad }\n",
        "src/mood.js": "throw new Error('this is an old build');\n",
        "src/words.mjs": "export default ['Woof', 'Whine'];\n",
      },
      { manifest: { type } },
    );
    for (let run = 1; run <= 2; run += 1) {
      const running = project.start(["dog"]);
      expect(await firstLine(await running.port())).toBe("Woof!");
      expect(await running.stop()).toMatchObject({ status: 0 });
    }
    project.remove();
  });

  it("is compiled anew when a file changes that a plugin imports", async () => {
    const project = new Project(example("myproject"), { manifest: { type } });
    expect(await project.appd(["--help"])).toMatchObject({ status: 0, stderr: "" });
    project.write({
      "src/greeter.ts": `import type { Socket } from "node:net";
        export const greet = (socket: Socket): void => void socket.end("Meow!");`,
    });
    const running = project.start(["myproject", "-p", "0"]);
    expect(await firstLine(await running.port())).toBe("Meow!");
    await running.stop();
    project.remove();
  });
});

describe("PL-11: what is remembered of plugins", () => {
  it("follows the files, also when their new content is older", async () => {
    const project = new Project(example("myproject"));
    const maker = project.path("plugins/myproject.ts");
    expect((await project.appd(["--help"])).stdout).toContain("make your dog happy");
    project.write({
      "plugins/myproject.ts": (example("myproject")["plugins/myproject.ts"] ?? "").replace("dog", "cat"),
    });
    await project.run("touch", ["-d", "2001-01-01", maker]);
    expect((await project.appd(["--help"])).stdout).toContain("make your cat happy");
    project.discard("plugins/myproject.ts");
    expect(await project.appd(["myproject"])).toMatchObject({
      status: 64,
      stderr: expect.stringContaining("unknown command") as string,
    });
    project.remove();
  });
});
