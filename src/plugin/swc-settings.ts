import type { Options } from "@swc/core";

/**
 * What TypeScript is compiled to, whatever a tsconfig says: CommonJS with legacy decorators and their metadata. The
 * same for the command, for `appd/register` and for Jest, so that a class is the same class in each.
 */
export const swcSettings = () =>
  ({
    swcrc: false,
    configFile: false,
    isModule: true,
    jsc: {
      target: "es2022",
      parser: { syntax: "typescript", decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
      keepClassNames: true,
    },
    // The annotation is how an ES module that imports this learns the names of what it exports.
    module: { type: "commonjs", ignoreDynamic: false, exportInteropAnnotation: true },
  }) as const satisfies Options;
