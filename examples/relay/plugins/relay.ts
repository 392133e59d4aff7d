import {
  ClientEndpoint,
  ClientService,
  Endpoint,
  MultiService,
  Parameter,
  ServiceMaker,
  StreamServerEndpointService,
  TimerService,
  type IService,
} from "appd";
import { IsInt, IsPositive } from "class-validator";
import { Backlog } from "../src/backlog";

@ServiceMaker("relay", "Passes lines on to a collector, and keeps them while that is out of reach.")
export class Relay {
  @Parameter("Where programs write their lines to.", { short: "p", type: Endpoint })
  listen: Endpoint = Endpoint("unix:relay.sock:mode=660");

  @Parameter("The collector.", { short: "t", type: ClientEndpoint })
  to: ClientEndpoint = ClientEndpoint("tcp:localhost:5140");

  @Parameter("How many lines to keep while the collector is out of reach.", { short: "k" })
  @IsInt()
  @IsPositive()
  keep = 10_000;

  @Parameter("How often to report, in seconds.")
  @IsPositive()
  report = 60;

  makeService(): IService {
    const backlog = new Backlog(this.keep);
    const relay = new MultiService();

    const collector = new ClientService(this.to, (socket) => backlog.sendTo(socket.resume()));
    collector.setName("collector");
    collector.setServiceParent(relay);

    const tell = (): void => {
      const { passed, waiting, dropped } = backlog;
      report.log.info({ passed, waiting, dropped }, `${passed} lines passed on, ${waiting} waiting`);
    };
    const report: TimerService = new TimerService(this.report * 1_000, tell, { name: "report", now: false });
    report.setServiceParent(relay);

    // The last one to start is the first to stop: what it has taken until then is still passed on.
    const server = new StreamServerEndpointService(this.listen, (socket) => backlog.takeFrom(socket));
    server.setName("server");
    server.setServiceParent(relay);
    return relay;
  }
}
