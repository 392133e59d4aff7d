import { SoftwareError, UnavailableError } from "../base/errors";
import { shown } from "../base/text";
import { GraphError } from "../container/errors";
import { messageOf } from "../log/describe-error";

/** A maker is declared wrongly: refused when the class is declared. */
export class MakerDeclarationError extends SoftwareError {
  constructor(where: string, problem: string) {
    super("APPD_MAKER_DECLARATION", `${where}: ${problem}`);
  }
}

/** Something in the graph asks for a Portal, and nothing provides the realm behind it. */
export class NoRealmError extends GraphError {
  constructor(path: string, tapname: string) {
    const advice = `name a realm in @ServiceMaker("${tapname}", …, { realm })`;
    super({
      code: "APPD_NOTHING_PROVIDES",
      path: `${path} → IRealm`,
      problem: `nothing provides IRealm; ${advice}`,
    });
  }
}

/** Something in the graph asks for a Portal, and nobody can choose how people log in. */
export class NoAuthOptionsError extends GraphError {
  constructor(path: string, options: string) {
    super({
      code: "APPD_NO_AUTH_OPTIONS",
      path,
      problem: `it never opens, because the options have no --auth; let ${options} extend AuthOptions`,
    });
  }
}

/** `makeService` threw; what it threw is the `cause`. */
export class MakeServiceError extends SoftwareError {
  constructor(tapname: string, thrown: unknown) {
    super("APPD_MAKE_SERVICE", `${tapname}: makeService failed: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** What `makeService` gave is nothing that could be started. */
export class NoServiceError extends SoftwareError {
  constructor(tapname: string, given: unknown) {
    super("APPD_NO_SERVICE", `${tapname}: makeService returned ${described(given)}`);
  }
}

/** What is built before the start takes too long. */
export class LateMakingError extends UnavailableError {
  constructor(tapname: string, seconds: number) {
    super(
      "APPD_LATE_MAKING",
      `${tapname}: its service is still not made after ${seconds} s (--start-timeout); makeService or an async factory hangs`,
    );
  }
}

function described(given: unknown): string {
  if (given === undefined || given === null)
    return `${given === null ? "null" : "nothing"}; it has to return the service to run`;
  return `${shown(given)}, which is no service; extend Service, or say @Implements(IService)`;
}
