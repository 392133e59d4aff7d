/** Plugins that are measured, besides the example. */
import { exampleFiles, type Files } from "./project";

/** The example without constraints. */
export function withoutConstraints(): Files {
  const files = exampleFiles();
  const plugin = files["plugins/myproject.ts"] ?? "";
  const plain = plugin
    .replace(/^import .* from "class-validator";\n/m, "")
    .replace(/^ +@(IsInt|Min|Max)\(.*\n/gm, "");
  if (/class-validator|@IsInt|@Min|@Max/.test(plain))
    throw new Error("the example is not written as expected");
  return { ...files, "plugins/myproject.ts": plain };
}

/** One maker a file, none of which would survive being loaded twice. */
export function manyPlugins(count: number): Files {
  const names = Array.from({ length: count }, (_, number) => `service-${number}`);
  return Object.fromEntries(names.map((name) => [`plugins/${name}.ts`, simplePlugin(name)]));
}

const simplePlugin = (name: string): string => `
import { Parameter, ServiceMaker, TCPServer, type IService } from "appd";

@ServiceMaker("${name}", "Serves as number ${name.slice(8)} of many.")
export class Maker {
  @Parameter("The port number to listen on.", { short: "p" })
  port = 1235;

  makeService(): IService {
    return new TCPServer(this.port, (socket) => socket.end());
  }
}
`;

/** Answers like the bare servers in fixtures/. */
export const ECHO: Files = {
  "plugins/echo.ts": `
import { Parameter, ServiceMaker, TCPServer, type IService } from "appd";

@ServiceMaker("echo", "Says back what it hears.")
export class Echo {
  @Parameter("The port number to listen on.", { short: "p" })
  port = 7;

  makeService(): IService {
    return new TCPServer(this.port, (socket) => socket.pipe(socket));
  }
}
`,
};

export const HELLO: Files = {
  "plugins/hello.ts": `
import { HTTPServer, Parameter, ServiceMaker, type IService } from "appd";

@ServiceMaker("hello", "Says hello over HTTP.")
export class Hello {
  @Parameter("The port number to listen on.", { short: "p" })
  port = 8080;

  makeService(): IService {
    return new HTTPServer(this.port, (request, response) => {
      response.end("Hello World!");
    });
  }
}
`,
};

export const GOODBYE: Files = {
  "plugins/goodbye.ts": `
import { Parameter, ServiceMaker, TCPServer, type IService } from "appd";

@ServiceMaker("goodbye", "Ends every connection with a word.")
export class Goodbye {
  @Parameter("The port number to listen on.", { short: "p" })
  port = 7;

  makeService(): IService {
    return new TCPServer(this.port, (socket) => socket.end("bye"));
  }
}
`,
};

export const SECURE: Files = {
  "plugins/secure.ts": `
import { Argument, HTTPServer, Parameter, ServiceMaker, type IService } from "appd";

@ServiceMaker("secure", "Says hello over HTTPS.")
export class Secure {
  @Argument("The folder with the certificate.")
  folder!: string;

  @Parameter("The port number to listen on.", { short: "p" })
  port = 8443;

  makeService(): IService {
    return new HTTPServer(\`tls:\${this.folder}:\${this.port}\`, (request, response) => {
      response.end("Hello World!");
    });
  }
}
`,
};

/** Logs as many lines as it is told to and says what that took, like fixtures/bare-log.cjs. */
export const CHATTER: Files = {
  "plugins/chatter.ts": `
import { Argument, Service, ServiceMaker, type IService } from "appd";

class Chatter extends Service {
  constructor(private readonly lines: number) {
    super();
  }

  override async startService(): Promise<void> {
    await super.startService();
    // What a start has to do besides is done by then.
    setTimeout(() => this.chat(), 300);
  }

  private chat(): void {
    const cpu = process.cpuUsage();
    const begin = performance.now();
    for (let n = 0; n < this.lines; n++)
      this.log.info({ n, path: "/index.html", from: "127.0.0.1" }, "served a page");
    const wall = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    process.stdout.write(JSON.stringify({ wall, cpu: (user + system) / 1_000 }));
    process.kill(process.pid, "SIGTERM");
  }
}

@ServiceMaker("chatter", "Logs many lines.")
export class Maker {
  @Argument("How many.")
  lines = 1;

  makeService(): IService {
    return new Chatter(this.lines);
  }
}
`,
};
