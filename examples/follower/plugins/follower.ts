import { backoffPolicy, ClientEndpoint, ClientService, Parameter, ServiceMaker, type IService } from "appd";
import { Min } from "class-validator";
import { Follow } from "../src/follow";

@ServiceMaker("follower", "Prints what a server says, and comes back whenever the server does.")
export class Follower {
  @Parameter("The server to follow.", { type: ClientEndpoint })
  to = ClientEndpoint("tcp:localhost:1235");

  @Parameter("Seconds that may pass at most until it tries again.")
  @Min(0.1)
  patience = 60;

  makeService(): IService {
    return new ClientService(this.to, (socket) => new Follow(socket), {
      retryPolicy: backoffPolicy({ initialDelay: 50, maxDelay: this.patience * 1_000 }),
    });
  }
}
