/** A client that keeps its connection, while its server comes and goes. */
import { example, Project, type Running } from "./harness";
import { freePorts } from "./free-ports";

describe("examples/follower", () => {
  let project: Project;
  beforeAll(() => {
    project = new Project({ ...example("follower"), ...example("myproject") });
  });
  afterAll(() => project.remove());

  const heard = (client: Running): number => client.stdout.split("Woof! Say something.\n").length - 1;

  async function hears(client: Running, times: number): Promise<void> {
    await client.says(new RegExp(`(?:Woof! Say something\\.\\n[^]*){${times}}`));
    expect(heard(client)).toBe(times);
  }

  it("IN-11: survives restarts of its server", async () => {
    const [port = 0] = await freePorts(1);
    const client = project.start(["follower", "--to", `tcp:127.0.0.1:${port}`, "--patience", "0.2"]);
    await client.says(/refused; nobody listens there; scheduling retry 2 to connect in [\d.]+ seconds/);
    for (const [round, signal] of (["SIGKILL", "SIGTERM", "SIGKILL"] as const).entries()) {
      const server = project.start(["myproject", "-p", String(port)]);
      await hears(client, round + 1);
      await server.stop(signal);
      await client.says(new RegExp(`(?:is lost; scheduling retry 1 [^]*){${round + 1}}`));
    }
    project.start(["myproject", "-p", String(port)]);
    await hears(client, 4);
    expect(await client.stop()).toMatchObject({ status: 0 });
  });

  it("W-36: is told to stop while it waits for its server", async () => {
    const [port = 0] = await freePorts(1);
    const client = project.start(["follower", "--to", `tcp:127.0.0.1:${port}`]);
    await client.says(/scheduling retry/);
    expect(await client.stop()).toMatchObject({ status: 0 });
  });
});
