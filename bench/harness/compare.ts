/** What one run of something cost. Milliseconds, unless the item that measures says otherwise. */
export interface Sample {
  readonly wall: number;
  /** Processor time; undefined where the system does not tell. */
  readonly cpu?: number | undefined;
}

/** Something that is measured over and over, side by side with others. */
export interface Candidate {
  readonly name: string;
  /** Done before each measurement, outside of it. */
  readonly prepare?: () => unknown;
  readonly measure: () => Promise<Sample>;
}

/** What interleaved runs gave. */
export class Comparison {
  constructor(readonly samples: ReadonlyMap<string, readonly Sample[]>) {}

  median(name: string): Sample {
    const samples = this.#of(name);
    const cpus = samples.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
    return {
      wall: median(samples.map(({ wall }) => wall)),
      cpu: cpus.length === samples.length ? median(cpus) : undefined,
    };
  }

  /** Median over median. */
  ratio(name: string, base: string): Sample {
    const [one, other] = [this.median(name), this.median(base)];
    return {
      wall: one.wall / other.wall,
      cpu: one.cpu === undefined || other.cpu === undefined ? undefined : one.cpu / other.cpu,
    };
  }

  #of(name: string): readonly Sample[] {
    const samples = this.samples.get(name);
    if (!samples) throw new Error(`nothing called "${name}" was measured`);
    return samples;
  }
}

/** After that long a file's stamp is trusted: what was cached about it sooner is looked at again once. */
const SETTLED = 2_100;

/** Measures all candidates in turn, `runs` times, after turns that do not count and warm the caches. */
export async function compare(candidates: readonly Candidate[], runs: number): Promise<Comparison> {
  await turn(candidates);
  await new Promise((resolve) => setTimeout(resolve, SETTLED));
  await turn(candidates);
  const turns: (readonly Sample[])[] = [];
  while (turns.length < runs) turns.push(await turn(candidates));
  return new Comparison(
    new Map(candidates.map(({ name }, index) => [name, turns.flatMap((samples) => samples[index] ?? [])])),
  );
}

async function turn(candidates: readonly Candidate[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { prepare, measure } of candidates) {
    await prepare?.();
    samples.push(await measure());
  }
  return samples;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error("no values, no median");
  return (low + high) / 2;
}
