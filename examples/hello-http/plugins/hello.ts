import { HTTPServer, Parameter, ServiceMaker, type IService } from "appd";
import { IsInt, IsNotEmpty, Max, Min } from "class-validator";
import { Greeter } from "../src/greeter";

export class HelloOptions {
  @Parameter("The port number to listen on.", { short: "p" })
  @IsInt()
  @Min(0)
  @Max(65535)
  port = 8080;

  @Parameter("Whom to greet where the request does not say.")
  @IsNotEmpty()
  name = "world";
}

@ServiceMaker("hello", "Greets whoever asks over HTTP.", { options: HelloOptions })
export class Hello {
  constructor(private readonly greeter: Greeter) {}

  makeService({ port, name }: HelloOptions): IService {
    return new HTTPServer(port, (request: Request) => {
      const asked = new URL(request.url).searchParams.get("name");
      return Response.json({ greeting: this.greeter.greet(asked ?? name) });
    });
  }
}
