import type { Socket } from "node:net";
import { SharedInterface } from "../interface/interface";

/** A place that a client connects to. */
@SharedInterface("appd:IStreamClientEndpoint", "description", "connect")
export abstract class IStreamClientEndpoint {
  /** What to call it in a message: `db.example.com, port 5432`. */
  abstract readonly description: string;

  /**
   * Connects once, within the endpoint's own timeout. The connection is ready: what TLS has to verify is verified.
   * When `signal` aborts, the attempt is given up and nothing of it stays open.
   *
   * @throws ConnectError; the signal's reason
   */
  abstract connect(signal?: AbortSignal): Promise<Socket>;
}
