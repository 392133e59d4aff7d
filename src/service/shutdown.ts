import { SharedInterface } from "../interface/interface";

/**
 * Ends the application. Ask for it in a constructor: `constructor(private readonly shutdown: Shutdown) {}`.
 */
@SharedInterface("appd:Shutdown", "request")
export abstract class Shutdown {
  /**
   * Asks for the end; the first to ask settles the exit code and the reason. It does not wait for the end.
   *
   * @throws ExitCodeError when `exitCode` is no whole number from 0 to 255
   */
  abstract request(exitCode?: number, reason?: string): void;
}
