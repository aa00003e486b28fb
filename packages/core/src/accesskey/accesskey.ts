import { type Accesskey, type Instant, notYet } from '@parley/contract';
import type { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Rows, Stored } from '../ports/store.ts';
import { expiryAfter, isInForce } from './validity.ts';

/** What marks a token as one of ours, for people and for secret scanners. */
export const tokenMark = 'parley_';

const tokenBytes = 32;
/** The mark and eight hex characters: enough to tell keys apart, 224 bits short of guessing one. */
const prefixLength = tokenMark.length + 8;

export type AccesskeyRow = Rows['accesskey'];

/** SHA-256 of a text, lower-case hex. */
export type Hash = (text: string) => string;

export interface AccesskeyDetails {
  readonly name?: string;
  readonly detail?: string;
  /** Seconds from now on; absent or 0: never expires. */
  readonly expire?: number;
}

export interface NewAccesskey {
  readonly row: AccesskeyRow;
  /** To be shown once, in the reply; kept nowhere. */
  readonly token: string;
}

/** Makes a key with a fresh token, or with `token` when the operator has chosen one. */
export function createAccesskey(
  draft: Draft,
  deps: { readonly chance: Chance; readonly hash: Hash },
  customerId: string,
  details: AccesskeyDetails,
  token: string = `${tokenMark}${deps.chance.token(tokenBytes)}`,
): NewAccesskey {
  const row: AccesskeyRow = {
    id: deps.chance.id(),
    customer_id: customerId,
    name: details.name ?? '',
    detail: details.detail ?? '',
    token_prefix: visiblePrefix(token),
    token_hash: deps.hash(token),
    tm_expire: expiryAfter(draft.at.wall, details.expire ?? 0),
    tm_create: draft.stamp,
    tm_update: notYet,
    tm_delete: notYet,
  };
  draft.require('accesskey', row.id, 0);
  draft.put('accesskey', row);
  return { row, token };
}

/** Its labels only: a key that was given out to end ends. */
export function updateAccesskey(
  draft: Draft,
  stored: Stored<'accesskey'>,
  details: Omit<AccesskeyDetails, 'expire'>,
): AccesskeyRow {
  const { row } = stored;
  return replace(draft, stored, {
    ...row,
    name: details.name ?? row.name,
    detail: details.detail ?? row.detail,
    tm_update: draft.stamp,
  });
}

export function deleteAccesskey(draft: Draft, stored: Stored<'accesskey'>): AccesskeyRow {
  const now = draft.stamp;
  return replace(draft, stored, { ...stored.row, tm_update: now, tm_delete: now });
}

/** The key as clients see it: without the hash of its token. */
export function publicAccesskey(row: AccesskeyRow): Accesskey {
  const { token_hash: _, ...shown } = row;
  return shown;
}

/** Whether the key opens anything at `now`: neither deleted nor expired. */
export function isAccesskeyAlive(row: AccesskeyRow, now: Instant): boolean {
  return isInForce(row, now);
}

/** A short token of the operator's own choice is not shown by half: never more than a third of it. */
function visiblePrefix(token: string): string {
  return token.slice(0, Math.min(prefixLength, Math.floor(token.length / 3)));
}

function replace(draft: Draft, stored: Stored<'accesskey'>, row: AccesskeyRow): AccesskeyRow {
  draft.require('accesskey', row.id, stored.version);
  draft.put('accesskey', row);
  return row;
}
