import type { AnyClass } from "../metadata/metadata";
import { shapeOf, type OptionsShape } from "../options/options-shape";
import { directlyProvides } from "../interface/implements";
import { presentAs } from "../plugin/presented";
import type { IService } from "../service/i-service";
import { IServiceMaker } from "./i-service-maker";

/** A class whose fields are the options and that makes the service. */
interface MakerInstance {
  makeService(options: object): IService | Promise<IService>;
}

/** Declares a class as the maker of a service: `appd TAPNAME` runs it. */
export function ServiceMaker(tapname: string, description: string) {
  return (target: new () => MakerInstance): void => {
    const maker = new DecoratedMaker(
      tapname,
      description,
      shapeOf<MakerInstance>(target as AnyClass<MakerInstance>),
    );
    directlyProvides(maker, IServiceMaker);
    presentAs(target, maker);
  };
}

class DecoratedMaker {
  constructor(
    readonly tapname: string,
    readonly description: string,
    readonly options: OptionsShape<MakerInstance>,
  ) {}

  makeService(options: MakerInstance): IService | Promise<IService> {
    return options.makeService(options);
  }
}
