import {
  IBearerToken,
  ICheckerFactory,
  Implements,
  InvalidAuthArgumentString,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";
import { lacking } from "./peer/optional";

/** `--auth jwt:https://idp.example/jwks.json:issuer=…:audience=…`: tokens that somebody has signed. */
@Implements(ICheckerFactory)
export class JWTFactory implements ICheckerFactory {
  readonly authType = "jwt";
  readonly argStringFormat = "KEYS:issuer=ISSUER:audience=AUDIENCE[:id=CLAIM][:tolerance=SECONDS]";
  readonly credentialInterfaces = [IBearerToken];
  readonly authHelp = `
    Bearer tokens that are JSON Web Tokens: signed by one of the keys, issued by the issuer for this audience, and
    not expired. A token without an expiry lets nobody in. Who it is says the claim "sub", or the one of id=.
    KEYS is a file with a public key or a certificate (PEM) or a key set (JWKS), or the URL of a key set, which is
    fetched again every ten minutes, and when a token names a key that is not in it. In place of KEYS, secret=PATH
    names a file with a secret of at least 32 bytes that issuer and server share, which others may not read.
    tolerance= is by how many seconds clocks may differ: 5 if it is not said.`;

  missing(): string | undefined {
    return lacking(() => require.resolve("jose"), "jose", "jose@5");
  }

  async generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): Promise<ICredentialsChecker> {
    const named = ["secret", "issuer", "audience", "id", "tolerance"] as const;
    const given = args.read({ places: ["keys"], required: 0, named });
    const { keys, secret, issuer = "", audience = "", id = "sub", tolerance = "5" } = given;
    if ((keys ?? "") === "" && (secret ?? "") === "")
      throw new InvalidAuthArgumentString("it requires keys: a file, a URL, or secret=PATH");
    if (keys !== undefined && secret !== undefined)
      throw new InvalidAuthArgumentString("it takes keys or a secret, not both");
    if (issuer === "" || audience === "")
      throw new InvalidAuthArgumentString(
        `it requires ${issuer === "" ? "an issuer" : "an audience"}: else a token for somebody else would do`,
      );
    if (id === "" || !/^\d{1,3}$/.test(tolerance))
      throw new InvalidAuthArgumentString(
        id === "" ? "id is empty" : "tolerance has to be a number of seconds",
      );
    const { openKeys } = await import("./jwt/open-keys");
    const { JWTChecker } = await import("./jwt/jwt-checker");
    const source = await openKeys({ keys, secret }, surroundings);
    return new JWTChecker(source, { issuer, audience, id, tolerance: Number(tolerance) });
  }
}
