import { nilId, type Queue, type Queuecall } from '@parley/contract';
import type { LogEntry, Put } from '@parley/core';

/** What a simulation has to have seen for its invariants to mean something. */
const seen = [
  'visits',
  'served',
  'confirmed',
  'abandoned',
  'overflowed',
  'callbacks',
  'calledBack',
  'supervisions',
  'transfers',
  'transferred',
  'recordings',
] as const;

/** How often each happened. */
export type Coverage = Readonly<Record<(typeof seen)[number], number>>;

export const noCoverage = Object.fromEntries(seen.map((what) => [what, 0])) as Coverage;

export function addCoverage(one: Coverage, other: Coverage): Coverage {
  return Object.fromEntries(seen.map((what) => [what, one[what] + other[what]])) as Coverage;
}

const title = 'seen:';

/** One line for whoever reads along; `parseCoverage` reads it back. */
export function printCoverage(coverage: Coverage): string {
  return `${title} ${seen.map((what) => `${coverage[what]} ${what}`).join(', ')}`;
}

/** The sum of all such lines in what simulations have printed. */
export function parseCoverage(output: string): Coverage {
  return output
    .split('\n')
    .filter((line) => line.startsWith(title))
    .map(parseLine)
    .reduce(addCoverage, noCoverage);
}

function parseLine(line: string): Coverage {
  const counts = new Map([...line.matchAll(/(\d+) (\w+)/g)].map(([, count, what]) => [what, Number(count)]));
  return Object.fromEntries(seen.map((what) => [what, counts.get(what) ?? 0])) as Coverage;
}

/** Counts what happens in one seed, from the log and from what is stored. */
export class CoverageCounter {
  readonly #ids = Object.fromEntries(seen.map((what) => [what, new Set<string>()])) as Record<
    keyof Coverage,
    Set<string>
  >;
  /** Queues whose agents say by a key that they take a caller. */
  readonly #asking = new Set<string>();

  get coverage(): Coverage {
    return Object.fromEntries(seen.map((what) => [what, this.#ids[what].size])) as Coverage;
  }

  logged({ type, resourceId, body }: LogEntry): void {
    if (type === 'queue_created' || type === 'queue_updated') {
      if ((dataOf(body) as Queue).confirm_key === '') this.#asking.delete(resourceId);
      else this.#asking.add(resourceId);
    }
    if (type === 'recording_started') this.#ids.recordings.add(resourceId);
    if (type === 'queuecall_created') this.#ids.visits.add(resourceId);
    if (type === 'queuecall_serviced') this.#served(dataOf(body) as Queuecall);
    if (type === 'queuecall_abandoned') this.#lost(dataOf(body) as Queuecall);
  }

  written(puts: readonly Put[]): void {
    for (const put of puts) {
      if (put.kind === 'transfer') this.#transfer(put.row.id, put.row.transferee_call_id);
      if (put.kind === 'call' && put.row.supervision?.status === 'progressing')
        this.#ids.supervisions.add(put.row.id);
      if (put.kind === 'queuecall' && put.row.callback.state !== '') this.#ids.callbacks.add(put.row.id);
    }
  }

  #served({ id, queue_id: queueId, callback }: Queuecall): void {
    this.#ids.served.add(id);
    if (this.#asking.has(queueId)) this.#ids.confirmed.add(id);
    if (callback.state === 'connected') this.#ids.calledBack.add(id);
  }

  #lost({ id, end_reason: reason }: Queuecall): void {
    if (reason === 'abandoned') this.#ids.abandoned.add(id);
    if (['overflowed', 'timeout', 'moved', 'exited'].includes(reason)) this.#ids.overflowed.add(id);
  }

  #transfer(id: string, transfereeCallId: string): void {
    this.#ids.transfers.add(id);
    if (transfereeCallId !== nilId) this.#ids.transferred.add(id);
  }
}

function dataOf(body: string): Queue | Queuecall {
  return (JSON.parse(body) as { data: Queue | Queuecall }).data;
}
