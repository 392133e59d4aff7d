import {
  Application,
  describeTree,
  MultiService,
  Service,
  type IService,
  type ServiceDescription,
} from "../../src/index";
import { Recorder } from "./harness";

class Sized extends Service {
  constructor(private readonly told: () => object) {
    super();
  }

  override describe(): object {
    return this.told();
  }
}

function named<S extends Service>(name: string, service: S): S {
  service.setName(name);
  return service;
}

const detailsOf = (service: IService): ServiceDescription["details"] => describeTree(service).details;

describe("describeTree", () => {
  it("gives name, path, class and state of every service, in the order of their start", async () => {
    const application = new Application("myproject");
    const web = named("web", new MultiService());
    web.setServiceParent(application);
    web.addService(new Recorder("timer", []));
    application.addService(new Recorder("cache", []));
    await application.start();
    const leaf = { kind: "Recorder", state: "started", children: [] };
    expect(describeTree(application)).toEqual({
      name: "myproject",
      path: "myproject",
      kind: "Application",
      state: "started",
      children: [
        {
          name: "web",
          path: "myproject/web",
          kind: "MultiService",
          state: "started",
          children: [{ name: "timer", path: "myproject/web/timer", ...leaf }],
        },
        { name: "cache", path: "myproject/cache", ...leaf },
      ],
    });
    await application.stop();
    expect(describeTree(web)).toMatchObject({ state: "stopped", children: [{ state: "stopped" }] });
  });

  it("has what a service tells of itself, as JSON would keep it", () => {
    const since = new Date(0);
    const told = detailsOf(new Sized(() => ({ size: 3, since, ready: undefined })));
    expect(told).toStrictEqual({ size: 3, since: "1970-01-01T00:00:00.000Z" });
    expect(describeTree(new Service())).not.toHaveProperty("details");
  });

  it.each<[string, () => object]>([
    [
      "throws",
      () => {
        throw new Error("not now");
      },
    ],
    ["tells of what JSON can't hold", () => ({ size: 3n })],
  ])("goes on when a service %s", (_what, told) => {
    const collection = new MultiService();
    collection.addService(new Sized(told));
    collection.addService(new Recorder("after", []));
    const [broken, after] = describeTree(collection).children;
    expect(broken?.details).toEqual({ error: expect.any(String) as string });
    expect(after?.name).toBe("after");
  });

  it("knows services that extend nothing of appd", () => {
    class Plain {
      name = "plain";
      parent = undefined;
      running = true;
      services: unknown[] = [];
      setName(): void {}
      setServiceParent(): void {}
      disownServiceParent(): void {}
      privilegedStartService(): void {}
      startService(): void {}
      stopService(): void {}
    }
    const plain = new Plain();
    plain.services.push(plain);
    const shown = describeTree(plain);
    expect(shown).toMatchObject({ name: "plain", path: "plain", kind: "Plain", state: "started" });
    expect(shown.children).toMatchObject([{ name: "plain", children: [] }]);
  });
});
