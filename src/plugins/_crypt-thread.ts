/** What runs in a thread of its own: computes one hash after the other, so that the event loop never does. */
import { parentPort } from "node:worker_threads";
import { md5Crypt } from "./crypt/md5-crypt";
import { shaCrypt } from "./crypt/sha-crypt";

/** A password, and the hash that it may fit. */
export interface CryptTask {
  readonly password: string;
  readonly setting: string;
}

parentPort?.on("message", ({ password, setting }: CryptTask) => {
  const crypt = /^\$[56]\$/.test(setting) ? shaCrypt : md5Crypt;
  parentPort?.postMessage(crypt(password, setting));
});
