import { word } from "../../base/text";
import { pidOf, type ControlRecord } from "./records";

/** `web (pid 1234)` */
export const runText = (record: ControlRecord): string => `${word(record.name)} (pid ${pidOf(record)})`;
