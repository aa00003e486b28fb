import { formatTimestamp, notYet } from '@parley/contract';
import { instantOf, intervalMs, type KeptInterval, millisecondsOf } from './interval.ts';
import { type StatisticRow, statisticKey } from './rows.ts';
import { copyTally, emptyTally, type Subject, type Tallies, type Tally } from './tally.ts';

/** A queue or an agent. */
export interface Counted<S extends Subject = Subject> {
  readonly subject: S;
  readonly id: string;
  readonly customerId: string;
}

interface Cell {
  readonly of: Counted;
  readonly interval: KeptInterval;
  readonly start: number;
  readonly tally: Tally;
}

/** What is counted, by whom it is about and by interval. Knows what has changed since it was last written down. */
export class Cells {
  /** By `statisticKey`, then by where the interval starts. */
  readonly #cells = new Map<string, Map<number, Cell>>();
  readonly #changed = new Set<Cell>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get hasChanged(): boolean {
    return this.#changed.size > 0;
  }

  /** To be counted in. */
  open<S extends Subject>(of: Counted<S>, interval: KeptInterval, start: number): Tallies[S] {
    const cell =
      this.#find(of.id, interval, start) ?? this.#add({ of, interval, start, tally: newTally(of) });
    this.#changed.add(cell);
    return tallyOf(of.subject, cell);
  }

  /** Those of one queue or agent, in no order. */
  *of<S extends Subject>(
    subject: S,
    id: string,
    interval: KeptInterval,
  ): Generator<{ readonly start: number; readonly tally: Readonly<Tallies[S]> }> {
    for (const cell of this.#cells.get(statisticKey(interval, id))?.values() ?? [])
      if (cell.of.subject === subject) yield { start: cell.start, tally: tallyOf(subject, cell) };
  }

  load({ subject, subject_id: id, customer_id: customerId, interval, tm_create, tally }: StatisticRow): void {
    const of = { subject, id, customerId };
    this.#add({ of, interval, start: millisecondsOf(tm_create), tally: copyTally(subject, tally) });
  }

  /** What has changed since the last time, and what is over by now and has to be written as such. */
  takeChanged(floorMs: number): StatisticRow[] {
    const rows: StatisticRow[] = [];
    for (const cells of this.#cells.values())
      for (const cell of cells.values()) {
        const closed = isOver(cell, floorMs);
        if (closed || this.#changed.has(cell)) rows.push(rowOf(cell, closed));
      }
    this.#changed.clear();
    return rows;
  }

  /** They are written down, so nobody needs them here: those that are over, unless something was counted meanwhile. */
  letGo(rows: readonly StatisticRow[]): void {
    for (const { closed, subject_id: id, interval, tm_create: start } of rows) {
      const cell = closed ? this.#find(id, interval, millisecondsOf(start)) : undefined;
      if (cell !== undefined && !this.#changed.has(cell)) this.#remove(cell);
    }
  }

  #find(id: string, interval: KeptInterval, start: number): Cell | undefined {
    return this.#cells.get(statisticKey(interval, id))?.get(start);
  }

  #add(cell: Cell): Cell {
    const key = statisticKey(cell.interval, cell.of.id);
    const cells = this.#cells.get(key);
    if (cells === undefined) this.#cells.set(key, new Map([[cell.start, cell]]));
    else cells.set(cell.start, cell);
    this.#size += 1;
    return cell;
  }

  #remove({ of, interval, start }: Cell): void {
    const key = statisticKey(interval, of.id);
    const cells = this.#cells.get(key);
    if (cells?.delete(start) === true) this.#size -= 1;
    if (cells?.size === 0) this.#cells.delete(key);
  }
}

function newTally({ subject }: Counted): Tally {
  return emptyTally[subject]();
}

function tallyOf<S extends Subject>(subject: S, { of, tally }: Cell): Tallies[S] {
  if (of.subject !== subject) throw new Error(`${of.id} is a ${of.subject}, not a ${subject}`);
  // The line above has made sure of it; the compiler cannot follow that subject and tally belong together.
  return tally as Tallies[S];
}

function isOver({ interval, start }: Cell, floorMs: number): boolean {
  return start + intervalMs[interval] <= floorMs;
}

function rowOf({ of, interval, start, tally }: Cell, closed: boolean): StatisticRow {
  return {
    id: `${statisticKey(interval, of.id)} ${start}`,
    customer_id: of.customerId,
    subject: of.subject,
    subject_id: of.id,
    interval,
    tm_create: formatTimestamp(instantOf(start)),
    tm_delete: notYet,
    closed,
    tally: copyTally(of.subject, tally),
  };
}
