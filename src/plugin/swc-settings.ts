import type { Options } from "@swc/core";

/**
 * What TypeScript is compiled to, whatever a tsconfig says: CommonJS with legacy decorators and their metadata. The
 * same for the command, for `appd/register` and for Jest, so that a class is the same class in each.
 */
export const swcSettings = ({ keepDynamicImport }: { readonly keepDynamicImport: boolean }) =>
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
    module: { type: "commonjs", ignoreDynamic: keepDynamicImport },
  }) as const satisfies Options;
