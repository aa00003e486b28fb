import type { HashPassword } from '@parley/core';
import { type DigestHash, digestHa1 } from '@parley/sip';

/** What is kept of the passwords of extensions: HA1 for every algorithm that phones are offered (RFC 8760). */
export function createPasswordHash(hash: DigestHash, realm: string): HashPassword {
  return (username, password) => {
    const user = { username, realm, secret: { kind: 'password', password } } as const;
    const [sha256, md5] = [digestHa1(hash, 'SHA-256', user), digestHa1(hash, 'MD5', user)];
    if (sha256 === undefined || md5 === undefined)
      throw new Error('a password has a hash for every algorithm');
    return { realm, sha256, md5 };
  };
}
