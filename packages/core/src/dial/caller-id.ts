import type { Address } from '@parley/contract';
import type { DialAttempt } from './plan.ts';

/** Who calls, and whether the far end is to know. */
export interface CallerWish {
  readonly source: Address;
  readonly anonymous: 'yes' | 'no' | 'auto';
}

/** What a customer may show at a provider. */
export interface CallerRights {
  /** The number that the source has and the customer owns; undefined: it is not the customer's. */
  readonly ownNumber: string | undefined;
  /** The customer's first number; undefined: it has none. */
  readonly firstNumber: string | undefined;
  /** The provider shows whatever it is told. */
  readonly anyCallerId: boolean;
  /** Our user name at the provider; empty: we have none. */
  readonly account: string;
  /** The host in our addresses. */
  readonly ownHost: string;
}

export type ShownCaller = Pick<DialAttempt, 'from' | 'headers'>;

/** RFC 3323 section 4.1.1.3. */
const nobody = { displayName: 'Anonymous', user: 'anonymous', host: 'anonymous.invalid' } as const;

/** The user part of a source: `1000@example.com` is 1000. */
export function callerUser({ target }: Address): string {
  return target.replace(/^(sips?|tel):/i, '').split('@')[0] ?? target;
}

/** `auto`: as the source has it. Phones write such names, and the names stand for them in every language of theirs. */
export function isAnonymous({ source, anonymous }: CallerWish): boolean {
  if (anonymous !== 'auto') return anonymous === 'yes';
  const names = ['', 'anonymous', 'restricted', 'unavailable', 'unknown'];
  return names.includes(callerUser(source).toLowerCase()) || source.target_name.toLowerCase() === 'anonymous';
}

/**
 * The caller as a phone or any SIP address is told it. Nobody vouches for what those do with a number that is to be
 * hidden, so they do not get it at all (RFC 3325 section 7).
 */
export function shownCaller(wish: CallerWish): ShownCaller {
  if (isAnonymous(wish)) return { from: nobody, headers: [{ name: 'Privacy', value: 'id' }] };
  const { source } = wish;
  return {
    from: { displayName: source.target_name, user: callerUser(source), host: undefined },
    headers: [],
  };
}

/**
 * The caller as a provider is told it: a number of the customer, whatever the source says, unless the provider takes any.
 * A provider is trusted with who calls anonymously: it has to know whom it charges (RFC 3325).
 */
export function callerAtCarrier(wish: CallerWish, rights: CallerRights): ShownCaller {
  const { source } = wish;
  const isOwn = rights.anyCallerId || rights.ownNumber !== undefined;
  const user = (isOwn ? (rights.ownNumber ?? callerUser(source)) : rights.firstNumber) ?? rights.account;
  if (isAnonymous(wish))
    return { from: nobody, headers: privately(isAnonymousName(user) ? '' : user, rights) };
  if (user === '') return { from: nobody, headers: [] };
  return { from: { displayName: isOwn ? source.target_name : '', user, host: undefined }, headers: [] };
}

function isAnonymousName(user: string): boolean {
  return user.toLowerCase() === 'anonymous';
}

function privately(user: string, { ownHost }: CallerRights): DialAttempt['headers'] {
  const privacy = { name: 'Privacy', value: 'id' };
  if (user === '') return [privacy];
  return [privacy, { name: 'P-Asserted-Identity', value: `<sip:${uriUser(user)}@${ownHost}>` }];
}

/** A user part (RFC 3261 section 25.1): whatever else was in it cannot end it. */
export function uriUser(user: string): string {
  return encodeURIComponent(user).replaceAll('%2B', '+');
}
