import { injectable, Logger } from "appd";

/** Knows how to greet. */
@injectable()
export class Greeter {
  constructor(private readonly log: Logger) {}

  greet(name: string): string {
    this.log.debug(`greeting ${name}`);
    return `Hello, ${name}!`;
  }
}
