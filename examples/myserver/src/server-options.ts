import { AuthOptions, IAnonymous, IUsernamePassword, Parameter } from "appd";
import { IsInt, Max, Min } from "class-validator";

/** In a class of its own, because the realm needs the options too. */
export class ServerOptions extends AuthOptions.supporting(IUsernamePassword, IAnonymous) {
  @Parameter("Server port number", { short: "p" })
  @IsInt()
  @Min(0)
  @Max(65535)
  port = 1234;

  @Parameter("Server hostname", { short: "h" })
  host = "localhost";
}
