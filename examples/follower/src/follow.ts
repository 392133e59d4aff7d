import { LineReceiver } from "appd";

/** Repeats on standard output what the server says. */
export class Follow extends LineReceiver {
  protected override lineReceived(line: string): void {
    console.log(line);
  }
}
