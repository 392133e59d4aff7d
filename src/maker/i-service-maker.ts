/**
 * Makers: what a person declares about a service, and how it becomes a running application: options, graph,
 * service tree. How any of these works belongs to the rooms below; how the process behaves, to the runner.
 */
import { SharedInterface } from "../interface/interface";
import type { OptionsShape } from "../options/options-shape";
import { IPlugin } from "../plugin/plugin";
import type { IService } from "../service/i-service";

/**
 * What `appd NAME` runs. `@ServiceMaker` and `describeMaker` make one; `getPlugins(IServiceMaker)` yields them,
 * and nothing is built for it.
 */
@SharedInterface("appd:IServiceMaker", "tapname", "description", "options", "makeService")
export abstract class IServiceMaker<O extends object = object> extends IPlugin {
  /** The command's name. */
  abstract readonly tapname: string;
  /** One line for the list of commands. */
  abstract readonly description: string;
  /** What can be said on the command line. */
  abstract readonly options: OptionsShape<O>;
  /** The long text of the help. */
  abstract readonly details?: string | undefined;
  /** Command lines that the help shows. */
  abstract readonly examples?: readonly string[] | undefined;
  /** Makes the service, not yet started. */
  abstract makeService(options: O): IService | Promise<IService>;
}
