/** A project whose maker is deployed, and the units that come of it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { Project, type Ended, type Files, type How } from "./harness";

const MAKERS = `
import { readFileSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { Endpoint, HTTPServer, MultiService, Parameter, ServiceMaker, type IService } from "appd";
import { IsInt, Min } from "class-validator";

@ServiceMaker("myproject", "Run this! It'll make your dog happy.")
export class MyProject {
  @Parameter("Where to listen.", { type: Endpoint }) listen = Endpoint("tcp:8080");
  @Parameter("Where to listen, too.", { type: Endpoint }) also?: Endpoint;
  @Parameter("What it is called.") name = "it";
  @Parameter("Says who one is.", { secret: true }) token = "none";
  @Parameter("A port of its own.") @IsInt() @Min(0) adminPort = 0;

  async makeService(): Promise<IService> {
    if (this.name === "broken") throw new Error("it is broken");
    const state = process.env.STATE_DIRECTORY;
    if (state) writeFileSync(state + "/started", "yes");
    const all = new MultiService();
    const about = () => [this.name, this.token, process.pid, process.getuid?.(), Object.keys(networkInterfaces()).length > 0];
    for (const where of [this.listen, this.also])
      if (where) all.addService(new HTTPServer(where, (_request, response) => response.end(about().join() + "\\n")));
    return all;
  }
}
`;

export interface Deployed {
  readonly ended: Ended;
  /** By their names. */
  readonly units: Files;
}

export class Deployable extends Project {
  constructor() {
    super({ "plugins/myproject.ts": MAKERS });
  }

  /** Deploys into a folder of that name, `before` being what stands before the command. */
  async deploy(
    folder: string,
    words: readonly string[],
    before: readonly string[] = [],
    how?: How,
  ): Promise<Deployed> {
    this.write({ [`${folder}/.keep`]: "" });
    const ended = await this.appd([...before, "deploy", "systemd", "--output", folder, ...words], how);
    return { ended, units: this.unitsIn(folder) };
  }

  unitsIn(folder: string): Files {
    const path = this.path(folder);
    const names = existsSync(path) ? readdirSync(path) : [];
    const units = names.filter((name) => /\.(?:service|socket)$/.test(name));
    return Object.fromEntries(
      units.map((name) => [name, readFileSync(this.path(`${folder}/${name}`), "utf8")]),
    );
  }
}
