import { Implements } from "../interface/implements";
import { IBearerToken } from "./credentials";

/** A token, as an `Authorization: Bearer` header brings it. */
@Implements(IBearerToken)
export class BearerToken implements IBearerToken {
  constructor(readonly token: string) {}
}
