import { SharedInterface } from "../interface/interface";
import type { IServiceCollection } from "./i-service-collection";

/**
 * Something that starts and stops, alone or in a tree. Extend {@link Service} rather than write one from nothing:
 * it keeps what is promised here whatever its subclass does.
 *
 * The three phases may be asynchronous and are idempotent: a second call gives the outcome of the first.
 */
@SharedInterface(
  "appd:IService",
  "name",
  "parent",
  "running",
  "setName",
  "setServiceParent",
  "disownServiceParent",
  "privilegedStartService",
  "startService",
  "stopService",
)
export abstract class IService {
  /** Unique in its collection, or undefined. */
  abstract readonly name: string | undefined;
  abstract readonly parent: IServiceCollection | undefined;
  /** From the moment it begins to start until it begins to stop. */
  abstract readonly running: boolean;

  /** @throws ServiceTreeError when it has a parent. */
  abstract setName(name: string): void;
  /** Leaves the parent that it has and joins `parent`, which starts it if it runs itself. */
  abstract setServiceParent(parent: IServiceCollection): void;
  /** Leaves its parent, and is stopped if it runs. */
  abstract disownServiceParent(): void | Promise<void>;

  /** The first pass, while the process still has its privileges: bind ports, open devices. */
  abstract privilegedStartService(): void | Promise<void>;
  /** The second pass, when every service of the tree has had its first. */
  abstract startService(): void | Promise<void>;
  /** Stops. When `signal` aborts, the time is over: let go of whatever is left. */
  abstract stopService(signal?: AbortSignal): void | Promise<void>;
}
