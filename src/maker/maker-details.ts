import type { ClassOrThunk } from "../container/token";
import type { Provider } from "../container/provider";
import type { IRealm } from "../cred/realm";
import type { IService } from "../service/i-service";

/** What may be said about a maker beside its name and description. */
export interface MakerDetails<O extends object = object> {
  /** The class that holds the options, where they are not the maker's own fields. Built without arguments. */
  readonly options?: ClassOrThunk<O>;
  /**
   * The class that knows what people can do here once they have logged in, where the options are
   * {@link AuthOptions}. Whatever the container builds may then ask for the Portal.
   */
  readonly realm?: ClassOrThunk<IRealm>;
  /** What its graph is built from: classes, and `{ token, useClass | useValue | useFactory, scope? }`. */
  readonly providers?: readonly Provider[];
  /** The long text of the help. */
  readonly details?: string;
  /** Command lines that the help shows. */
  readonly examples?: readonly string[];
}

/** What `makeService` is given: the options, which are the maker `M` itself where they are its own fields. */
export type OptionsOf<D, M> = D extends { readonly options: infer Given }
  ? Given extends ClassOrThunk<infer O>
    ? O
    : never
  : M;

/** What `makeService` may give. */
export type Made = IService | Promise<IService>;
