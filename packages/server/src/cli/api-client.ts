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
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${key}` }, signal });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return body as EventFeed;
    throw new Failure(refusal(base, response.status, body));
  } catch (error) {
    if (error instanceof Failure || user.aborted) throw error;
    throw new Failure(
      `nobody answers at ${base}: is Parley running there, and is that its PARLEY_HTTP_PORT?`,
      { cause: error },
    );
  }
}

function refusal(base: string, status: number, body: unknown): string {
  const error = (body as { error?: { message?: unknown } } | undefined)?.error;
  const message = typeof error?.message === 'string' ? error.message : 'without saying why';
  const hint =
    status === 401
      ? '; the key is of another server: set PARLEY_DATA_DIR to the data folder of this one, or PARLEY_ACCESS_KEY'
      : '';
  return `${base} answered ${status}: ${message}${hint}`;
}
