import { effectivePageSize, type PageQuery } from '@parley/contract';
import type { Kind, Rows } from '@parley/core';
import type { HttpDeps } from './deps.ts';
import { answer, type Outcome, refuse } from './outcome.ts';

export interface ListReply<T> {
  result: T[];
  next_page_token: string;
}

/** A page of a customer's rows, in the form of the contract. */
export async function listPage<K extends Kind>(
  deps: Pick<HttpDeps, 'store'>,
  kind: K,
  customerId: string,
  query: PageQuery,
): Promise<Outcome<ListReply<Rows[K]>>> {
  const page = await deps.store.list(kind, {
    customerId,
    limit: effectivePageSize(query.page_size),
    after: query.page_token === '' ? undefined : query.page_token,
  });
  if (page === 'badToken') return badPageToken();
  return answer({ result: [...page.rows], next_page_token: page.next ?? '' });
}

/** Rows looked through for one page: what few rows match must not hold the process for a whole list. */
const scanLimit = 2_000;

/**
 * A page of those of a customer's rows that match. It has fewer rows than asked for when many are left out; it is the
 * last one when it says so.
 */
export async function listMatching<K extends Kind>(
  deps: Pick<HttpDeps, 'store'>,
  kind: K,
  customerId: string,
  query: PageQuery,
  matches: (row: Rows[K]) => boolean,
): Promise<Outcome<ListReply<Rows[K]>>> {
  const wanted = effectivePageSize(query.page_size);
  const result: Rows[K][] = [];
  let after = query.page_token === '' ? undefined : query.page_token;
  for (let scanned = 0; scanned < scanLimit; ) {
    // No more than are missing: a token stands for the last row of what was read.
    const limit = wanted - result.length;
    const page = await deps.store.list(kind, { customerId, limit, after });
    if (page === 'badToken') return badPageToken();
    result.push(...page.rows.filter(matches));
    after = page.next;
    if (after === undefined || result.length >= wanted) break;
    scanned += limit;
  }
  return answer({ result, next_page_token: after ?? '' });
}

function badPageToken() {
  const message = 'is not a token that a page gave; begin again without one';
  return refuse('INVALID_ARGUMENT', { problem: `"page_token" ${message}` }, [
    { in: 'query', path: 'page_token', reason: 'wrong_form', message },
  ]);
}
