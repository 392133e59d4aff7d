import { checkersIn, hasAuthOptions, type IAuthOptions } from "../auth/auth-options";
import { openPortal } from "../auth/open-portal";
import type { Container } from "../container/container";
import type { Requester } from "../container/frame";
import type { Provider } from "../container/provider";
import { classBehind, identify, isThunk, type ClassOrThunk } from "../container/token";
import { Portal, type PortalOptions } from "../cred/portal";
import { IRealm } from "../cred/realm";
import { implementedBy } from "../interface/implements";
import { interfaceId } from "../interface/record";
import type { AnyClass } from "../metadata/metadata";
import { Service } from "../service/service";
import { MakerDeclarationError, NoAuthOptionsError, NoRealmError } from "./errors";
import type { IServiceMaker } from "./i-service-maker";
import type { MakerDetails } from "./maker-details";

/** Logs out whoever is still there at the stop: after what serves people has stopped, before what serves that. */
class OpenSessions extends Service {
  constructor(readonly portal: Portal) {
    super();
  }

  override startService(): void {
    this.portal.reopen();
  }

  override stopService(): Promise<void> {
    return this.portal.close();
  }
}

/** Lets the graph ask for a portal, which is closed until the options stand. */
export function bindPortal(graph: Container, { tapname, options }: IServiceMaker, how: PortalOptions): void {
  graph.bind(Portal, {
    useFactory: ({ requestedBy }) => {
      const path = wayFrom(requestedBy);
      if (!graph.provides(IRealm)) throw new NoRealmError(path, tapname);
      if (!hasAuthOptions(options.type)) throw new NoAuthOptionsError(path, options.type.name);
      return new Portal(undefined, [], how);
    },
  });
  graph.bind(OpenSessions, { useFactory: (built) => new OpenSessions(built.resolve(Portal)) });
}

/**
 * Opens the portal once the options stand: the realm is built, and whatever it needs, so that what can't be built
 * is told at the start. One that somebody else has bound is left as it is.
 */
export async function openPortalIn(graph: Container, options: object): Promise<void> {
  if (checkersIn(options) === undefined || !graph.provides(IRealm)) return;
  const realm = await graph.prepare(IRealm);
  const portal = await graph.prepare(Portal);
  if (portal.isOpen) return;
  openPortal(portal, realm, options as IAuthOptions);
  graph.get(OpenSessions);
}

/** What `{ realm }` comes to. */
export const realmProviders = (realm: ClassOrThunk<IRealm> | undefined): Provider[] =>
  realm === undefined ? [] : [{ token: IRealm, useClass: realm }];

interface Asking {
  readonly realm?: MakerDetails["realm"] | undefined;
  readonly providers?: MakerDetails["providers"] | undefined;
  /** What the constructor asks for. */
  readonly asks: readonly unknown[];
  /** The options class; undefined where it is not there yet. */
  readonly options: AnyClass | undefined;
}

/**
 * Refuses a maker that asks for a Portal nobody could ever open.
 *
 * @throws MakerDeclarationError with what to write
 */
export function refuseClosedPortal(where: string, { asks, options, realm, providers = [] }: Asking): void {
  const key = identify(Portal)?.key;
  if (!asks.some((token) => identify(token)?.key === key)) return;
  if (providers.some((provider) => typeof provider === "object" && identify(provider.token)?.key === key))
    return;
  if (options && !hasAuthOptions(options))
    throw new MakerDeclarationError(
      where,
      `it asks for a Portal, but its options have no --auth: let their class extend AuthOptions ` +
        `(class ${options.name}Options extends AuthOptions.supporting(IUsernamePassword))`,
    );
  if (realm === undefined && !providers.some(mayBeRealm))
    throw new MakerDeclarationError(
      where,
      "it asks for a Portal, but there is no realm that knows what people can do here: name its class, { realm: MyRealm }",
    );
}

/** What a thunk gives is not there yet. */
function mayBeRealm(provider: Provider): boolean {
  if (typeof provider === "object") return identify(provider.token)?.key === interfaceId(IRealm);
  if (isThunk(provider)) return true;
  return implementedBy(classBehind(provider)).some((one) => interfaceId(one) === interfaceId(IRealm));
}

function wayFrom(requester: Requester | undefined): string {
  const labels = ["Portal"];
  for (let at = requester; at; at = at.requestedBy) labels.unshift(at.label);
  return labels.join(" → ");
}
