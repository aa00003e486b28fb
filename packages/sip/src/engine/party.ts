import type { NameAddr } from '../headers/name-addr.ts';
import { parseUri } from '../uri.ts';
import type { Party } from './output.ts';

/** An address of a message as the owner gets it. */
export function partyOf(address: NameAddr): Party {
  const uri = parseUri(address.uri);
  const user = uri.ok ? (uri.value.user ?? '') : '';
  const host = uri.ok ? uri.value.host : '';
  return { ...address, user, host };
}
