import {
  AuthOptions,
  avatarOf,
  basic,
  bearer,
  digest,
  guard,
  HTTPServer,
  IAnonymous,
  IBearerToken,
  IUsernameDigestHash,
  IUsernameHashedPassword,
  IUsernamePassword,
  Parameter,
  Portal,
  ServiceMaker,
  type GuardScheme,
  type IService,
} from "appd";
import { IsInt, Max, Min } from "class-validator";
import { IVisitor, SiteRealm } from "../src/visitors";

const WAYS = ["basic", "digest", "digest-md5", "bearer"] as const;

export class SiteOptions extends AuthOptions.supporting(
  IUsernamePassword,
  IUsernameHashedPassword,
  IUsernameDigestHash,
  IBearerToken,
  IAnonymous,
) {
  @Parameter("The port number to listen on.", { short: "p" })
  @IsInt()
  @Min(0)
  @Max(65535)
  port = 8080;

  @Parameter("How visitors show who they are; several are offered in this order.", { choices: WAYS })
  by: (typeof WAYS)[number][] = ["basic"];

  @Parameter("What the browser says that one logs in to.")
  realm = "appd";

  @Parameter("Seconds for which it is remembered who was let in.", { placeholder: "seconds" })
  @IsInt()
  @Min(0)
  cache = 0;
}

@ServiceMaker("site", "A web site that knows its visitors.", {
  options: SiteOptions,
  realm: SiteRealm,
  examples: [
    "site --auth file:users.passwd --auth anonymous",
    "site --by digest --auth file:site.passwd:hash=ha1",
    "site --by bearer --auth jwt:keys.json:issuer=https://login.example:audience=site",
  ],
})
export class Site {
  constructor(private readonly portal: Portal) {}

  makeService({ port, by, realm, cache }: SiteOptions): IService {
    const schemes = by.map((way) => schemeFor(way, realm));
    return new HTTPServer(port, guard(this.portal, serve, schemes, { interfaces: [IVisitor], cache }));
  }
}

function schemeFor(way: (typeof WAYS)[number], realm: string): GuardScheme {
  if (way === "basic") return basic({ realm });
  if (way === "bearer") return bearer({ realm });
  return digest({ realm, algorithms: [way === "digest" ? "SHA-256" : "MD5"] });
}

/** What handles a request that the guard has let in: a fetch handler here, an Express or Fastify app as well. */
function serve(request: Request): Response {
  const { name, mayWrite } = avatarOf(request, IVisitor);
  if (request.method !== "GET" && !mayWrite) return new Response("Only readers here.\n", { status: 403 });
  return new Response(`Hello, ${name}!\n`);
}
