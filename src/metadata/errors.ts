import { ConfigurationError } from "../base/errors";

/** A decorator of appd was called by the compiler in the way of standard (TC39) decorators. */
export class StandardDecoratorError extends ConfigurationError {
  constructor(decorator: string) {
    super(
      "APPD_STANDARD_DECORATOR",
      `@${decorator} was called as a standard decorator, which says nothing about types: set ` +
        `"experimentalDecorators": true and "emitDecoratorMetadata": true in tsconfig.json (or in your compiler's own options)`,
    );
  }
}
