import { Faults } from "../base/errors";
import { shown } from "../base/text";
import { EndpointError, UnknownEndpointKindError } from "./errors";
import { findPluginKinds, type PluginKinds } from "./plugin-kinds";
import { readEndpoint, type Kinds } from "./read-endpoint";

/** The texts that endpoints were made of. */
const texts = new WeakMap<object, string>();

/** The text that an endpoint was made of, if it was. */
export const textOf = (endpoint: object): string | undefined => texts.get(endpoint);

export interface ReaderSettings<E, P extends { readonly prefix: string }> {
  readonly kinds: Kinds<E>;
  readonly plugins: PluginKinds<E, P>;
  /** Makes an endpoint that looks for its kind among the plugins' when it is used. */
  readonly late: (text: string) => E;
}

/** Reads endpoint strings, of appd's own kinds at once, of plugins' kinds when there is time to look for them. */
export class EndpointReader<E extends object, P extends { readonly prefix: string }> {
  constructor(private readonly settings: ReaderSettings<E, P>) {}

  /**
   * The endpoint that a text means. A kind that is not appd's own is looked for when the endpoint is first used.
   *
   * @throws EndpointError
   */
  read(text: string): E {
    const { kinds, late } = this.settings;
    refuseUnlessText(text);
    try {
      return noted(text, readEndpoint(text, kinds));
    } catch (error) {
      if (error instanceof UnknownEndpointKindError) return noted(text, late(text));
      throw error;
    }
  }

  /**
   * The same, plugins' kinds included.
   *
   * @throws EndpointError; EndpointKindError; Faults, where plugins could not be asked
   */
  async resolve(text: string): Promise<E> {
    const { kinds, plugins } = this.settings;
    refuseUnlessText(text);
    try {
      return noted(text, readEndpoint(text, kinds));
    } catch (error) {
      if (!(error instanceof UnknownEndpointKindError)) throw error;
    }
    const found = await findPluginKinds(plugins, kinds.known);
    try {
      return noted(text, readEndpoint(text, { ...kinds, known: new Map([...kinds.known, ...found.kinds]) }));
    } catch (error) {
      if (!(error instanceof UnknownEndpointKindError) || found.problems.length === 0) throw error;
      throw new Faults([error, ...found.problems]);
    }
  }
}

/** Such as an environment variable that is not there: what is no TypeScript may hand over anything. */
function refuseUnlessText(text: unknown): void {
  if (typeof text !== "string") throw new EndpointError(`an endpoint is written as text, got ${shown(text)}`);
}

/** What wraps an endpoint has a text that is longer than its own: the last one holds. */
function noted<E extends object>(text: string, endpoint: E): E {
  texts.set(endpoint, text);
  return endpoint;
}
