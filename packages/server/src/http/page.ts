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

function badPageToken() {
  const message = 'is not a token that a page gave; begin again without one';
  return refuse('INVALID_ARGUMENT', { problem: `"page_token" ${message}` }, [
    { in: 'query', path: 'page_token', reason: 'wrong_form', message },
  ]);
}
