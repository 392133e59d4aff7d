import { Interface, IPlugin } from "appd";

/** Somebody who greets. */
@Interface("greet")
export abstract class IGreeter extends IPlugin {
  abstract greet(name: string): string;
}
