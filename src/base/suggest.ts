/** "Did you mean …?": the names nearest to a mistyped word. */

const MOST_EDITS = 3;
const LEAST_LIKENESS = 0.4;

/** The candidate nearest to `word`, or undefined when none is near. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  return nearest(word, candidates)[0];
}

/** Empty, or ` (did you mean "x"?)` to put behind a message; candidates that are equally near are all named. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates).slice(0, 3);
  return found.length === 0 ? "" : ` (did you mean ${found.map((name) => `"${name}"`).join(" or ")}?)`;
}

/** Those that `word` abbreviates, else those that fewest edits make out of it. */
function nearest(word: string, candidates: Iterable<string>): string[] {
  const typed = bare(word);
  const names = [...new Set(candidates)].filter((name) => name !== word);
  const same = names.filter((name) => bare(name) === typed);
  if (same.length > 0) return same;
  const longer = typed.length === 0 ? [] : names.filter((name) => bare(name).startsWith(typed));
  if (longer.length > 0 && typed.length > 1) return longer;
  let fewest = MOST_EDITS;
  let found: string[] = [];
  for (const name of names) {
    const edits = editsBetween(typed, bare(name));
    if (edits > fewest) continue;
    if (edits < fewest) found = [];
    fewest = edits;
    found.push(name);
  }
  return found;
}

/** Letters only: dashes in front and the case don't count. */
const bare = (name: string): string => name.replace(/^-+/, "").toLowerCase();

/** Insertions, deletions, replacements and swaps of neighbours; Infinity when the words are not alike. */
function editsBetween(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < 2 || Math.abs(a.length - b.length) > MOST_EDITS) return Infinity;
  const edits = distance(a, b);
  return 1 - edits / length > LEAST_LIKENESS ? edits : Infinity;
}

function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, at(before, j - 2) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
