import type { Instant } from '@parley/contract';
import {
  type Changes,
  type CommitOutcome,
  type EventPosition,
  Ledger,
  logStandingId,
  type NewEvent,
  type Put,
  type Store,
  type Subject,
} from '@parley/core';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type KeptTallies, readTallies, type TallyQuery } from './kept-tallies.ts';

export interface StatisticsDeps {
  readonly store: Pick<Store, 'live' | 'events' | 'lastPosition' | 'findBetween' | 'recount'>;
  readonly submit: (changes: Changes) => Promise<CommitOutcome>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is counted is written down so often, while there is something new: what a start has to count again. */
const checkpointMs = 60_000;
/** And after so many events, however fast they come: a start reads some ten thousand in a fraction of a second. */
const checkpointEvents = 10_000;
/** Agents on duty: their time goes on without an event, and is written down with each quarter of an hour. */
const dutyMs = 900_000;
/** Events of one read. */
const readEvents = 1_000;

/**
 * Counts the figures of queues and agents as events become durable. What is counted is written down in checkpoints, each one
 * commit with the position in the log that it stands for; a process that starts goes on from the last, and counts what
 * followed from the log.
 */
export class Statistics {
  readonly #deps: StatisticsDeps;
  readonly #ledger = new Ledger();
  /** All events up to there are counted. */
  #position = 0;
  /** The newest that was heard of. */
  #newest = 0;
  #sinceCheckpoint = 0;
  #catchingUp: Promise<void> | undefined;
  #started = false;
  #writing = false;
  #alarm: { readonly ms: number; readonly cancel: () => void } | undefined;

  constructor(deps: StatisticsDeps) {
    this.#deps = deps;
  }

  /** Intervals in memory. */
  get size(): number {
    return this.#ledger.size;
  }

  /** Goes on where the last process stopped. Nothing else may be writing yet. */
  async start(): Promise<void> {
    const { store } = this.#deps;
    const standings = (await store.live('standing')).map(({ row }) => row);
    const log = standings.find(({ id }) => id === logStandingId)?.standing;
    this.#newest = Math.max(this.#newest, await store.lastPosition());
    if (log?.of === 'log') {
      const statistics = (await store.live('statistic')).map(({ row }) => row);
      this.#ledger.load({ statistics, standings });
      this.#position = log.position;
    } else await this.#begin();
    await this.#catchUp();
    this.#started = true;
    this.#wakeLater();
  }

  /** Events that have become durable, in their order; the last of them has this position. */
  committed(events: readonly NewEvent[], last: EventPosition): void {
    this.#newest = Math.max(this.#newest, last);
    if (!this.#started || this.#catchingUp !== undefined) return;
    if (this.#position + events.length !== last) return void this.#catchUp();
    for (const event of events) this.#add(event);
    this.#counted(last, events.length);
  }

  /** What was counted of a queue or an agent until now; see `readTallies`. */
  async tallies<S extends Subject>(query: TallyQuery<S>): Promise<KeptTallies<S>> {
    await this.#catchingUp;
    this.#ledger.advance(this.#nowMs);
    this.#wakeLater();
    return await readTallies(this.#deps.store, this.#ledger, query);
  }

  /** Resolves when everything that was committed so far is counted. */
  async caughtUp(): Promise<void> {
    await this.#catchingUp;
  }

  /** Writes down what was counted, so that the next start has little to read. */
  async stop(): Promise<void> {
    this.#alarm?.cancel();
    this.#started = false;
    if (this.#ledger.hasChanged && !this.#writing) await this.#checkpoint();
  }

  /** There are no figures yet, but there may be visits: they are counted from their rows, the log may have lost them. */
  async #begin(): Promise<void> {
    const { store } = this.#deps;
    for (const counted of await store.recount(undefined)) this.#ledger.takeOver(counted);
    for (const { row } of await store.live('agent')) this.#ledger.introduce(row, this.#nowMs);
    this.#position = this.#newest;
    await this.#checkpoint();
  }

  async #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readOn().finally(() => {
      this.#catchingUp = undefined;
    });
    await this.#catchingUp;
  }

  async #readOn(): Promise<void> {
    const { store, log } = this.#deps;
    while (this.#position < this.#newest) {
      try {
        const after = this.#position as EventPosition;
        const entries = await store.events({ customerId: undefined, after, limit: readEvents });
        for (const entry of entries) this.#add(entry);
        this.#counted(entries.at(-1)?.position ?? this.#newest, entries.length);
      } catch (error) {
        log.warn({ err: error }, 'the event log could not be read for the statistics; trying again');
        await new Promise<void>((resume) => this.#deps.clock.after(1_000, resume));
      }
    }
  }

  /** A figure that is wrong is bad, a call centre that stops for it is worse. */
  #add(event: Pick<NewEvent, 'id' | 'type' | 'body'>): void {
    try {
      this.#ledger.add(event);
    } catch (error) {
      const { id, type } = event;
      this.#deps.log.error({ err: error, event: id, type }, 'a bug: an event could not be counted');
    }
  }

  #counted(position: number, events: number): void {
    this.#position = position;
    this.#sinceCheckpoint += events;
    if (this.#sinceCheckpoint >= checkpointEvents && this.#started) void this.#checkpoint();
    this.#wakeLater();
  }

  #wakeLater(): void {
    if (!this.#started) return;
    const isNew = this.#ledger.hasChanged;
    if (!isNew && !this.#ledger.isOnDuty) return;
    const ms = isNew ? checkpointMs : dutyMs;
    if (this.#alarm !== undefined && this.#alarm.ms <= ms) return;
    this.#alarm?.cancel();
    const cancel = this.#deps.clock.after(ms, () => {
      this.#alarm = undefined;
      void this.#checkpoint();
    });
    this.#alarm = { ms, cancel };
  }

  async #checkpoint(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    this.#sinceCheckpoint = 0;
    const { statistics, standings, written } = this.#ledger.checkpoint(this.#nowMs, this.#position);
    const puts = [
      ...statistics.map((row): Put => ({ kind: 'statistic', row })),
      ...standings.map((row): Put => ({ kind: 'standing', row })),
    ];
    try {
      // One commit: counts without the position that they stand for would be counted twice.
      await this.#deps.submit({ puts, events: [], preconditions: [] });
      written();
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a bug: the statistics could not be written down');
    }
    this.#writing = false;
    this.#wakeLater();
  }

  get #nowMs(): number {
    const wall: Instant = this.#deps.clock.now().wall;
    return Math.floor(wall / 1000);
  }
}
