import { EndpointError } from "./errors";

/** @throws EndpointError when `text` is no whole number from 0 to `most` */
export function wholeNumber(what: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value <= most) return value;
  throw new EndpointError(`${what} must be a whole number from 0 to ${most}, got ${JSON.stringify(text)}`);
}
