import { getPlugins, Parameter, ServiceMaker, TCPServer, type IService } from "appd";
import { IGreeter } from "../src/i-greeter";

@ServiceMaker("greet-all", "Lets every greeter among the plugins greet whoever connects.")
export class GreetAll {
  @Parameter("The port number to listen on.", { short: "p" })
  port = 1236;

  async makeService(): Promise<IService> {
    const greeters: IGreeter[] = [];
    for await (const greeter of getPlugins(IGreeter)) greeters.push(greeter);
    return new TCPServer(this.port, (socket) => {
      for (const greeter of greeters) socket.write(`${greeter.greet("stranger")}\r\n`);
      socket.end();
    });
  }
}
