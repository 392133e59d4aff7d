import { burst, type Load } from "../harness/burst";
import { cpuOf, Listening } from "../harness/child";
import { compare, type Candidate } from "../harness/compare";
import { judge, mediansOf, type Bench, type Findings, type Item } from "../harness/finding";
import { ECHO, HELLO } from "../harness/plugins";
import { fixture, node, Project, type Files } from "../harness/project";

const BURST = 1_500;
const HTTP: Load = { question: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", connections: 32 };
const TCP: Load = { question: "x".repeat(64), connections: 32 };

/** (c) Answers a second in short bursts, one server after the other; CPU is what the server spends on an answer. */
export const throughput: Item = {
  name: "throughput",
  title: "requests a second",
  async measure(bench) {
    const http = await pair(bench, { name: "hello", files: HELLO, bare: "bare-http.cjs", load: HTTP });
    const tcp = await pair(bench, { name: "echo", files: ECHO, bare: "bare-echo.cjs", load: TCP });
    return {
      findings: [...http.findings, ...tcp.findings],
      medians: { ...http.medians, ...tcp.medians },
    };
  },
};

interface Pair {
  readonly name: string;
  readonly files: Files;
  readonly bare: string;
  readonly load: Load;
}

async function pair({ site, runs }: Bench, { name, files, bare, load }: Pair): Promise<Findings> {
  const project = new Project(site, `throughput-${name}`, files);
  const servers = [
    await Listening.from((port) => node(site, fixture(bare), `${port}`)),
    await Listening.from((port) => project.appd(name, "-p", `${port}`)),
  ] as const;
  const names = [bare.replace(".cjs", ""), `appd ${name}`] as const;
  const comparison = await compare(
    [server(names[0], servers[0], load), server(names[1], servers[1], load)],
    runs,
  );
  await Promise.all(servers.map((each) => each.end()));
  // Times are for one answer, so that less is more requests.
  const { wall, cpu } = comparison.ratio(names[0], names[1]);
  const rate = Math.round(1_000 / comparison.median(names[1]).wall);
  const finding = judge(names[1], names[0], { wall, cpu, atLeast: 0.97 });
  return { findings: [{ ...finding, note: `${rate} a second` }], medians: mediansOf(comparison) };
}

function server(name: string, { pid, port }: Listening, load: Load): Candidate {
  return {
    name,
    async measure() {
      const before = cpuOf(pid);
      const { answers, rate } = await burst(port, load, BURST);
      const after = cpuOf(pid);
      const cpu = before === undefined || after === undefined ? undefined : (after - before) / answers;
      return { wall: 1_000 / rate, cpu };
    },
  };
}
