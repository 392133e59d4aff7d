import {
  ICheckerFactory,
  Implements,
  ISSHPrivateKey,
  type AuthArguments,
  type FactorySurroundings,
  type ICredentialsChecker,
} from "appd";

/** `--auth sshkey`: keys in authorized_keys files. */
@Implements(ICheckerFactory)
export class SSHKeyFactory implements ICheckerFactory {
  readonly authType = "sshkey";
  readonly argStringFormat = "[PATH[:user=NAME]]";
  readonly credentialInterfaces = [ISSHPrivateKey];
  readonly authHelp = `
    Public keys in files of the authorized_keys format: Ed25519, ECDSA, and RSA of at least 2048 bits.
    Without a path these are ~/.ssh/authorized_keys and authorized_keys2 of the accounts of this system. In a path
    %u stands for the name of who logs in and %h for his home: sshkey:/etc/myserver/keys/%u. A path without either
    is one person's: sshkey:alice.pub:user=alice.
    A file that its group or others can write, or whose folder they can, lets nobody in. Of a key's options,
    from= and expiry-time= are kept; a key with command= or cert-authority lets nobody in.`;

  async generateChecker(
    args: AuthArguments,
    surroundings: FactorySurroundings,
  ): Promise<ICredentialsChecker> {
    const { path, user } = args.read({ places: ["path"], required: 0, named: ["user"] });
    const { openKeys } = await import("./ssh/open-keys");
    const { SSHKeyChecker } = await import("./ssh/ssh-key-checker");
    return new SSHKeyChecker(await openKeys(placeOf(path, surroundings), user));
  }
}

/** A path in somebody's home is whole when it is known whose. */
function placeOf(path: string | undefined, surroundings: FactorySurroundings): string | undefined {
  return path === undefined || path.startsWith("%h/") ? path : surroundings.resolve(path);
}
