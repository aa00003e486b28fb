import type { EventFeed } from '@parley/contract';
import { UsageError } from './command.ts';
import type { ServerAddress } from './server-address.ts';

/** The little of the API that the command line needs. */
export class ApiClient {
  readonly #base: string;
  readonly #key: string;

  constructor(address: ServerAddress) {
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    this.#base = `http://${host}:${address.httpPort}`;
    if (address.accessKey === undefined) {
      throw new UsageError(
        'no access key: set PARLEY_ACCESS_KEY, or PARLEY_DATA_DIR to the data folder of the server',
      );
    }
    this.#key = address.accessKey;
  }

  /** A stretch of the event log; waits on the server up to `waitSeconds` for the first. */
  async events(after: string, waitSeconds: number, signal: AbortSignal, type = ''): Promise<EventFeed> {
    const query = new URLSearchParams({
      after,
      wait: String(waitSeconds),
      limit: '100',
      ...(type === '' ? {} : { type }),
    });
    return (await this.#get(`/v1.0/events?${query.toString()}`, signal)) as EventFeed;
  }

  async #get(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await this.#fetch(path, signal);
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return body;
    throw new UsageError(`${this.#base} answered ${response.status}: ${messageOf(body)}`);
  }

  async #fetch(path: string, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(`${this.#base}${path}`, {
        headers: { authorization: `Bearer ${this.#key}` },
        signal,
      });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new UsageError(
        `nobody answers at ${this.#base}: is Parley running, and is PARLEY_HTTP_PORT right?`,
      );
    }
  }
}

function messageOf(body: unknown): string {
  const error = (body as { error?: { message?: unknown } } | undefined)?.error;
  return typeof error?.message === 'string' ? error.message : 'without saying why';
}
