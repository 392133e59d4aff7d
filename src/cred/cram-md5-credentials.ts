import { Implements } from "../interface/implements";
import { IUsernameHashedPassword } from "./credentials";
import { sameSecret } from "./same-secret";

/**
 * CRAM-MD5 (RFC 2195): the server says a challenge, the client answers with its name and an HMAC of it. Old and
 * weak, and it needs the password in the clear on the server: offer it over TLS, to clients that can't do better.
 */
@Implements(IUsernameHashedPassword)
export class CramMD5Credentials implements IUsernameHashedPassword {
  username = "";
  #challenge: string | undefined;
  #response: string | undefined;

  constructor(readonly host = "localhost") {}

  /** What to send to the client: made once. */
  getChallenge(): string {
    return (this.#challenge ??= newChallenge(this.host));
  }

  /** Takes the client's answer: `name hexdigest`. The name may have blanks in it. */
  setResponse(response: string): void {
    const blank = response.lastIndexOf(" ");
    this.username = blank === -1 ? "" : response.slice(0, blank);
    this.#response = response.slice(blank + 1);
  }

  /** One question is all there is. */
  moreChallenges(): false {
    return false;
  }

  checkPassword(password: string): boolean {
    if (this.#response === undefined) return false;
    const { createHmac } = process.getBuiltinModule("node:crypto");
    const expected = createHmac("md5", password).update(this.getChallenge()).digest("hex");
    return sameSecret(this.#response.toLowerCase(), expected);
  }
}

function newChallenge(host: string): string {
  const random = process.getBuiltinModule("node:crypto").randomBytes(16).toString("hex");
  return `<${random}.${Math.floor(Date.now() / 1000)}@${host}>`;
}
