import { endpointKind } from "./endpoint-kind";
import { StandardIOEndpoint } from "./standard-io-endpoint";

export const stdioServer = endpointKind({
  name: "stdio",
  help: "Standard input and output, as one connection.",
  examples: ["stdio"],
  parameters: {},
  make: () => new StandardIOEndpoint(),
});
