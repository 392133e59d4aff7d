import {
  ANONYMOUS,
  ILineAvatar,
  Implements,
  IRealm,
  LoginDenied,
  Logger,
  NotImplementedError,
  type AbstractClass,
  type AvatarId,
  type Granted,
} from "appd";
import { ServerOptions } from "./server-options";
import { Guest, User } from "./avatars";

/** Knows what people can do here: users talk to the server, guests may look around. */
@Implements(IRealm)
export class MyServerRealm implements IRealm {
  readonly #here = new Set<string>();

  constructor(
    private readonly options: ServerOptions,
    private readonly log: Logger,
  ) {}

  requestAvatar(avatarId: AvatarId, _mind: unknown, ...interfaces: AbstractClass[]): Granted {
    if (!interfaces.includes(ILineAvatar)) throw new NotImplementedError();
    if (avatarId === ANONYMOUS) return { interface: ILineAvatar, avatar: new Guest(this.options.host) };
    if (this.#here.has(avatarId)) throw new LoginDenied(`${avatarId} is logged in already`);
    this.#here.add(avatarId);
    return {
      interface: ILineAvatar,
      avatar: new User(avatarId, this.options.host),
      logout: () => this.#leave(avatarId),
    };
  }

  #leave(name: string): void {
    this.#here.delete(name);
    this.log.info(`${name} has left`);
  }
}
