import type { OptionsShape } from "../options/options-shape";
import { Implements } from "../interface/implements";
import { IServiceMaker } from "./i-service-maker";
import { makeAlone } from "./make-alone";
import type { MakerDetails, Made } from "./maker-details";
import { RECIPE, type Recipe } from "./recipe";
import { checkNames } from "./tapname";

/** How a maker is declared. */
export interface Declaration extends Pick<MakerDetails, "details" | "examples"> {
  readonly tapname: string;
  readonly description: string;
  /** Asked for when it is needed: an options class may not stand yet when the maker is declared. */
  readonly shape: () => OptionsShape;
  readonly recipe: Recipe;
}

/** What `@ServiceMaker` and `describeMaker` come to. */
@Implements(IServiceMaker)
export class DeclaredMaker implements IServiceMaker {
  readonly tapname: string;
  readonly description: string;
  readonly details: string | undefined;
  readonly examples: readonly string[] | undefined;
  readonly #shape: () => OptionsShape;
  readonly [RECIPE]: Recipe;

  /** @throws MakerDeclarationError */
  constructor(where: string, declaration: Declaration) {
    checkNames(where, declaration);
    this.tapname = declaration.tapname;
    this.description = declaration.description;
    this.details = declaration.details;
    this.examples = declaration.examples;
    this.#shape = declaration.shape;
    this[RECIPE] = declaration.recipe;
  }

  get options(): OptionsShape {
    return this.#shape();
  }

  /** Makes the service outside of an application, with a graph of its own. */
  makeService(options: object): Made {
    return makeAlone(this, options);
  }
}
