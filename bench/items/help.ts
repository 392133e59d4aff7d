import { untilEnd } from "../harness/child";
import { compare } from "../harness/compare";
import { judge, mediansOf, type Item } from "../harness/finding";
import { manyPlugins } from "../harness/plugins";
import { exampleFiles, node, Project } from "../harness/project";

const BARE = "node -e 0";
const FEW = "appd --help, 3 plugin files";
const MANY = "appd --help, 500 plugin files";

/** (a) The help is read from what is remembered of the plugins; none is loaded. */
export const help: Item = {
  name: "help",
  title: "appd --help",
  async measure({ site, runs }) {
    const few = new Project(site, "few", { ...exampleFiles(), ...manyPlugins(2) });
    const many = new Project(site, "many", manyPlugins(500));
    const comparison = await compare(
      [
        { name: BARE, measure: () => untilEnd(node(site, "-e", "0")) },
        { name: FEW, measure: () => untilEnd(few.appd("--help")) },
        { name: MANY, measure: () => untilEnd(many.appd("--help")) },
      ],
      runs,
    );
    return {
      findings: [
        judge(FEW, BARE, { ...comparison.ratio(FEW, BARE), atMost: 1.25 }),
        judge(MANY, BARE, { ...comparison.ratio(MANY, BARE), atMost: 1.5 }),
      ],
      medians: mediansOf(comparison),
    };
  },
};
