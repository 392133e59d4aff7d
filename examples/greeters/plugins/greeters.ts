import { Implements } from "appd";
import { IGreeter } from "../src/i-greeter";

@Implements(IGreeter)
export class Dog implements IGreeter {
  greet(name: string): string {
    return `Woof, ${name}!`;
  }
}

@Implements(IGreeter)
export class Butler implements IGreeter {
  greet(name: string): string {
    return `Good evening, ${name}.`;
  }
}
