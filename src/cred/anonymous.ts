import { Implements } from "../interface/implements";
import { IAnonymous } from "./credentials";

/** Someone who does not say who he is. */
@Implements(IAnonymous)
export class Anonymous implements IAnonymous {}
