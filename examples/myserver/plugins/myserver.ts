import { LoginProtocol, Portal, ServiceMaker, TCPServer, type IService } from "appd";
import { MyServerRealm } from "../src/realm";
import { ServerOptions } from "../src/server-options";

@ServiceMaker("myserver", "This server does nothing productive.", {
  options: ServerOptions,
  realm: MyServerRealm,
  details: "People log in with USER and PASS, or ANON; whoever has logged in is answered line by line.",
  examples: [
    "myserver --auth file:users.passwd",
    "myserver -p 2000 --auth memory:alice:s3cret --auth anonymous",
  ],
})
export class MyServer {
  constructor(private readonly portal: Portal) {}

  makeService({ port }: ServerOptions): IService {
    return new TCPServer(port, (socket) => new LoginProtocol(socket, this.portal));
  }
}
