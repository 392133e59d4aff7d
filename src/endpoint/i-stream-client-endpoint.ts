import type { Socket } from "node:net";
import { SharedInterface } from "../interface/interface";

/** A place that a client connects to. */
@SharedInterface("appd:IStreamClientEndpoint", "description", "connect")
export abstract class IStreamClientEndpoint {
  /** What to call it in a message: `db.example.com, port 5432`. */
  abstract readonly description: string;

  /**
   * Looks for what it takes to connect, such as the plugin that has its kind: services ask for it in the privileged
   * pass, so that what can never work is refused before anything is started.
   *
   * @throws EndpointError
   */
  prepare?(): void | Promise<void>;

  /**
   * Connects once, within the endpoint's own timeout. The connection is ready: what TLS has to verify is verified.
   * When `signal` aborts, the attempt is given up and nothing of it stays open.
   *
   * @throws ConnectError; the signal's reason
   */
  abstract connect(signal?: AbortSignal): Promise<Socket>;
}
