import { ILineAvatar, Implements, type LineConnection } from "appd";

/** What someone can do here who has said who he is. */
@Implements(ILineAvatar)
export class User implements ILineAvatar {
  constructor(
    readonly name: string,
    readonly host: string,
  ) {}

  lineReceived(line: string, connection: LineConnection): void {
    if (line === "whoami") connection.sendLine(`${this.name} at ${this.host}`);
    else connection.sendLine(`${this.name}, this server does nothing productive.`);
  }
}

/** What anybody can do here. */
@Implements(ILineAvatar)
export class Guest implements ILineAvatar {
  constructor(readonly host: string) {}

  lineReceived(_line: string, connection: LineConnection): void {
    connection.sendLine(`Welcome to ${this.host}. Only users are answered.`);
  }
}
