import { SharedInterface } from "../interface/interface";

/** What an application wishes for the process that runs it; the command line has the last word. */
@SharedInterface("appd:IProcess", "processName", "uid", "gid")
export abstract class IProcess {
  abstract readonly processName: string | undefined;
  abstract readonly uid: number | string | undefined;
  abstract readonly gid: number | string | undefined;
}
