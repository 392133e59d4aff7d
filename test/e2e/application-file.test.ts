/** SV-18: `appd -y FILE` runs the application that a module exports. */
import { chmodSync } from "node:fs";
import { firstLine, isRoot, Project } from "./harness";

const APPLICATION = `
import { Application, TCPServer } from "appd";

enum Word {
  Hello = "hello",
}

export const application = new Application("greeter");
application.addService(new TCPServer(0, (socket) => socket.end(Word.Hello)));
`;

describe.each(["commonjs", "module"])('appd -y in a project of "type": "%s"', (type) => {
  let project: Project;
  beforeAll(() => {
    project = new Project(
      { "application.ts": APPLICATION, "other.ts": "export const app = 1;" },
      { manifest: { type } },
    );
  });
  afterAll(() => project.remove());

  it.each(["-y", "--application"])("runs it: %s", async (option) => {
    const running = project.start([option, "application.ts"]);
    expect(await firstLine(await running.port())).toBe("hello");
    expect(await running.stop()).toMatchObject({ status: 0 });
  });

  it("refuses a command besides", async () => {
    expect(await project.appd(["-y", "application.ts", "myproject"])).toMatchObject({
      status: 64,
      stderr:
        'appd: --application application.ts runs an application by itself; leave out the command "myproject", or the option\n',
    });
  });

  it("says when there is no such file", async () => {
    expect(await project.appd(["-y", "missing.ts"])).toMatchObject({
      status: 66,
      stderr: 'appd: there is no file "missing.ts" (from --application)\n',
    });
  });

  it.each(["/", "."])("says that a folder is one: %s", async (folder) => {
    expect(await project.appd(["-y", folder])).toMatchObject({
      status: 66,
      stderr: `appd: "${folder}" is a folder (from --application); name the file that exports the application\n`,
    });
  });

  (isRoot ? it : it.skip)("rule 25: as root, does not run what others may write", async () => {
    project.write({ "open.ts": APPLICATION });
    chmodSync(project.path("open.ts"), 0o666);
    expect(await project.appd(["-y", "open.ts"])).toMatchObject({
      status: 77,
      stderr:
        "appd: open.ts is not loaded: appd runs as root, and others may write it (mode 666); chmod go-w open.ts\n",
    });
  });

  it("says when the file exports no application", async () => {
    const { status, stderr } = await project.appd(["-y", "other.ts"]);
    expect(stderr).toMatch(/^appd: other\.ts exports no application: .*; found only app\b.*\n$/);
    expect(status).toBe(70);
  });
});
