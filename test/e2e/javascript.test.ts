/** A maker written in JavaScript: the same help, the same messages. */
import { example, firstLine, Project } from "./harness";

const GREETER = `
  socket.write("Woof! Say something.\\r\\n");
  socket.pipe(socket);
`;
const MAKER = `
  tapname: "myproject",
  description: "Run this! It'll make your dog happy.",
  options: {
    port: {
      help: "The port number to listen on.",
      short: "p",
      default: 1235,
      check: (port) => (Number.isInteger(port) && port >= 0 && port <= 65535) || "must be a port, from 0 to 65535",
    },
  },
  makeService: ({ port }) => new TCPServer(port, greet),
`;

const KINDS: readonly (readonly [string, string, Record<string, unknown>, string])[] = [
  [
    "a CommonJS project",
    "plugins/myproject.js",
    {},
    `const { describeMaker, TCPServer } = require("appd");
const greet = (socket) => {${GREETER}};
exports.myproject = describeMaker({${MAKER}});`,
  ],
  [
    "an ESM project",
    "plugins/myproject.js",
    { type: "module" },
    `import { describeMaker, TCPServer } from "appd";
const greet = (socket) => {${GREETER}};
export const myproject = describeMaker({${MAKER}});`,
  ],
  [
    "an .mjs file with top-level await",
    "plugins/myproject.mjs",
    {},
    `import { describeMaker, TCPServer } from "appd";
const greet = await Promise.resolve((socket) => {${GREETER}});
export default describeMaker({${MAKER}});`,
  ],
];

describe.each(KINDS)("describeMaker in %s", (_kind, file, manifest, text) => {
  let project: Project;
  beforeAll(() => (project = new Project({ [file]: text }, { manifest })));
  afterAll(() => project.remove());

  it("has the help of the decorated class", async () => {
    const decorated = new Project(example("myproject"));
    for (const args of [["--help"], ["myproject", "--help"], ["myproject", "--version"]]) {
      expect(await project.appd(args)).toEqual(await decorated.appd(args));
    }
    decorated.remove();
  });

  it("serves", async () => {
    const running = project.start(["myproject", "-p", "0"]);
    expect(await firstLine(await running.port())).toMatch(/^Woof/);
    expect(await running.stop()).toMatchObject({ status: 0, stdout: "" });
  });

  it.each([
    ["http", 'must be a number, got "http"'],
    ["0x10", 'must be a number, got "0x10"'],
  ])("refuses the port %s as the decorated class does", async (value, line) => {
    expect(await project.appd(["myproject", "--port", value])).toMatchObject({
      status: 64,
      stdout: "",
      stderr: `appd: myproject: --port ${line} (from the command line)\n`,
    });
  });

  it("refuses what its check refuses", async () => {
    const { status, stderr } = await project.appd(["myproject", "--port", "70000"]);
    expect(stderr).toMatch(/^appd: myproject: --port must be a port, from 0 to 65535, got 70000 .*\n$/);
    expect(status).toBe(64);
  });
});
