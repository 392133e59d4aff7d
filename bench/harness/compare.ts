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

/** Measures all candidates in turn, `runs` times, after one turn that does not count and warms the caches. */
export async function compare(candidates: readonly Candidate[], runs: number): Promise<Comparison> {
  const samples = new Map<string, Sample[]>(candidates.map(({ name }) => [name, []]));
  for (let turn = 0; turn <= runs; turn++) {
    for (const { name, prepare, measure } of candidates) {
      await prepare?.();
      const sample = await measure();
      if (turn > 0) samples.get(name)?.push(sample);
    }
  }
  return new Comparison(samples);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error("no values, no median");
  return (low + high) / 2;
}
