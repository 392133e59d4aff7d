/** What comes of it; nothing where it fails, because what it is about is gone, or is not ours to look at. */
export function silently<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
