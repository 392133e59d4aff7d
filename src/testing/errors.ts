import { SoftwareError, UsageError } from "../base/errors";
import { messageOf } from "../log/describe-error";

/** What is to be tested is no maker. */
export class NoMakerError extends SoftwareError {
  constructor(found: string) {
    super(
      "APPD_NO_MAKER",
      `${found} is no maker: testMaker takes a class with @ServiceMaker, or what describeMaker gives`,
    );
  }
}

/** The command line asks for text, such as the help, and not for a service. */
export class NothingToStartError extends UsageError {
  constructor(tapname: string, kind: string) {
    super(
      "APPD_NOTHING_TO_START",
      `${tapname}: the command line asks for ${kind}, so there is nothing to start`,
    );
  }
}

/** Nothing listens where a test asks for an address. */
export class NoAddressError extends SoftwareError {
  constructor(which: string, listening: readonly string[]) {
    const there = listening.length === 0 ? "nothing listens" : `what listens is ${listening.join(", ")}`;
    super("APPD_NO_ADDRESS", `${which} has no address; ${there}`);
  }
}

/** An application ended with something that is no Error. */
export class TestedAppError extends SoftwareError {
  constructor(thrown: unknown) {
    super("APPD_TESTED_APP", messageOf(thrown), { cause: thrown });
  }
}
