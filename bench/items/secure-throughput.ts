import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { burst, type Burst, type Load } from "../harness/burst";
import { selfSigned } from "../harness/certificate";
import { cpuOf, Listening } from "../harness/child";
import { compare, type Candidate } from "../harness/compare";
import { judge, mediansOf, type Bench, type Findings, type Item } from "../harness/finding";
import { http2Burst } from "../harness/http2-burst";
import { SECURE } from "../harness/plugins";
import { fixture, node, Project } from "../harness/project";

const BURST = 1_500;
const HTTPS: Load = {
  question: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
  connections: 32,
  secure: true,
};

interface Protocol {
  readonly name: string;
  /** The file of the bare server. */
  readonly bare: string;
  readonly ask: (port: number) => Promise<Burst>;
}
const PROTOCOLS: readonly Protocol[] = [
  { name: "HTTP/1.1 over TLS", bare: "bare-https.cjs", ask: (port) => burst(port, HTTPS, BURST) },
  { name: "HTTP/2", bare: "bare-h2.cjs", ask: (port) => http2Burst(port, BURST) },
];

/** (n) Answers a second over TLS; CPU is what the server spends on an answer. */
export const secureThroughput: Item = {
  name: "secure-throughput",
  title: "requests a second over TLS",
  async measure(bench) {
    const results: Findings[] = [];
    for (const protocol of PROTOCOLS) results.push(await measureOne(bench, protocol));
    return {
      findings: results.flatMap(({ findings }) => findings),
      medians: Object.assign({}, ...results.map(({ medians }) => medians)) as Findings["medians"],
    };
  },
};

async function measureOne({ site, runs }: Bench, { name, bare, ask }: Protocol): Promise<Findings> {
  const project = new Project(site, `secure-${bare}`, SECURE);
  const folder = join(project.folder, "tls");
  mkdirSync(folder);
  const { certificate, key } = selfSigned(folder);
  const servers = [
    await Listening.from((port) => node(site, fixture(bare), `${port}`, certificate, key)),
    await Listening.from((port) => project.appd("secure", "-p", `${port}`, folder)),
  ] as const;
  const names = [`${name}, ${bare.replace(".cjs", "")}`, `${name}, appd`] as const;
  const candidates = names.map((of, at) => asked(of, { server: servers[at === 0 ? 0 : 1], ask }));
  const comparison = await compare(candidates, runs);
  await Promise.all(servers.map((each) => each.end()));
  // Times are for one answer, so that less is more requests.
  const { wall, cpu } = comparison.ratio(names[0], names[1]);
  const rate = Math.round(1_000 / comparison.median(names[1]).wall);
  const finding = judge(names[1], names[0], { wall, cpu, atLeast: 0.97 });
  return { findings: [{ ...finding, note: `${rate} a second` }], medians: mediansOf(comparison) };
}

interface Asked extends Pick<Protocol, "ask"> {
  readonly server: Listening;
}

function asked(name: string, { server: { pid, port }, ask }: Asked): Candidate {
  return {
    name,
    async measure() {
      const before = cpuOf(pid);
      const { answers, rate } = await ask(port);
      const after = cpuOf(pid);
      const cpu = before === undefined || after === undefined ? undefined : (after - before) / answers;
      return { wall: 1_000 / rate, cpu };
    },
  };
}
