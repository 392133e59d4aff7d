import { PasswordFile } from "appd";
import { CryptChecker } from "./crypt-checker";
import { cryptFormat, refuseUseless } from "./crypt-format";

/**
 * A checker for a file of lines `name:hash:…`, which everybody may read: such files are made so.
 *
 * @throws NoPasswordFileError, PasswordFilePermissionError, PasswordFileError, UselessSourceError
 */
export async function openCryptFile(path: string): Promise<CryptChecker> {
  const file = new PasswordFile(path, cryptFormat, { worldReadable: true });
  refuseUseless((await file.load()).values());
  return new CryptChecker(file);
}
