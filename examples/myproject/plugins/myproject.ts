import { ServiceMaker, Parameter, TCPServer, type IService } from "appd";
import { IsInt, Max, Min } from "class-validator";
import { greet } from "../src/greeter";

@ServiceMaker("myproject", "Run this! It'll make your dog happy.")
export class MyProject {
  @Parameter("The port number to listen on.", { short: "p" })
  @IsInt()
  @Min(0)
  @Max(65535)
  port = 1235;

  makeService(): IService {
    return new TCPServer(this.port, greet);
  }
}
