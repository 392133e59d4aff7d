import { Application, MultiService, Service } from "../../src/index";

class Recorder extends Service {
  constructor(
    private readonly id: string,
    private readonly seen: string[],
  ) {
    super();
    this.setName(id);
  }
  override privilegedStartService(): void {
    this.seen.push(`privileged ${this.id}`);
  }
  override async startService(): Promise<void> {
    this.seen.push(`start ${this.id}`);
  }
  override stopService(): void {
    this.seen.push(`stop ${this.id}`);
  }
}

describe("Application", () => {
  it("SV-10: starts", async () => {
    const seen: string[] = [];
    const app = new Application("demo");
    const inner = new MultiService();
    inner.setServiceParent(app);
    new Recorder("a", seen).setServiceParent(inner);
    new Recorder("b", seen).setServiceParent(app);
    await app.start();
    expect(app.state).toBe("started");
    await app.stop("enough");
    expect(await app.finished).toEqual({ exitCode: 0, reason: "enough" });
    expect(seen).toEqual(["privileged a", "privileged b", "start a", "start b", "stop b", "stop a"]);
  });
});
