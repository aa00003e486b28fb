import type { EventFeed } from '@parley/contract';
import { Failure } from './command.ts';
import { findAccessKey, type ServerAddress } from './server-address.ts';

/** What `listEvents` takes. */
export interface EventsWanted {
  /** A cursor; `` for the oldest, `latest` for what happens from now on. */
  readonly after: string;
  /** How long the server may wait for the first. */
  readonly waitSeconds: number;
  /** With commas; all when left out. */
  readonly types?: string;
}

/** A stretch of the event log; rejects with a Failure that says what to do, or when aborted. */
export type ReadEvents = (wanted: EventsWanted, signal: AbortSignal) => Promise<EventFeed>;

/** Beyond the wait that was asked for: the server, or the way to it, is stuck. */
const patienceMs = 10_000;

/** Reads the event log of a running Parley over its API. Throws a Failure when there is no key to it. */
export function createEventReader(address: ServerAddress): ReadEvents {
  const key = findAccessKey(address);
  if (!key.ok) throw new Failure(key.problem);
  if (address.httpPort === 0)
    throw new Failure('PARLEY_HTTP_PORT is 0, any free port: set it to the one the server has');
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const base = `http://${host}:${address.httpPort}`;
  return async ({ after, waitSeconds, types = '' }, signal) => {
    const query = new URLSearchParams({ after, wait: String(waitSeconds), limit: '100' });
    if (types !== '') query.set('type', types);
    const patience = AbortSignal.timeout(waitSeconds * 1000 + patienceMs);
    const url = `${base}/v1.0/events?${query.toString()}`;
    return await get(base, url, key.key, AbortSignal.any([signal, patience]), signal);
  };
}

async function get(
  base: string,
  url: string,
  key: string,
  signal: AbortSignal,
  user: AbortSignal,
): Promise<EventFeed> {
  const orSay =
    (problem: string) =>
    (error: unknown): never => {
      throw user.aborted ? error : new Failure(problem, { cause: error });
    };
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` }, signal }).catch(
    orSay(`nobody answers at ${base}: is Parley running there, and is that its PARLEY_HTTP_PORT?`),
  );
  const body = parsed(await response.text().catch(orSay(`the answer of ${base} broke off; try again`)));
  if (!response.ok) throw new Failure(refusal(base, response.status, body));
  if (!isFeed(body))
    throw new Failure(
      `${base} answered, but not with events: is it Parley that listens there, at its PARLEY_HTTP_PORT?`,
    );
  return body;
}

/** undefined: the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isFeed(body: unknown): body is EventFeed {
  const feed = body as Partial<EventFeed> | null | undefined;
  return Array.isArray(feed?.result) && typeof feed.next_cursor === 'string';
}

function refusal(base: string, status: number, body: unknown): string {
  const error = (body as { error?: { message?: unknown } } | null | undefined)?.error;
  const message = typeof error?.message === 'string' ? error.message : 'without saying why';
  const hint =
    status === 401
      ? '; the key is of another server: set PARLEY_DATA_DIR to the data folder of this one, or PARLEY_ACCESS_KEY'
      : '';
  return `${base} answered ${status}: ${message}${hint}`;
}
