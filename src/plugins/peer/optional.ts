import { optionalPeer } from "appd";

/** What to say of a library that is to be found at `find`, and is not; undefined where it is there. */
export function lacking(find: () => string, name: string, install = name): string | undefined {
  return optionalPeer(find, name) === undefined ? `npm install ${install}` : undefined;
}
