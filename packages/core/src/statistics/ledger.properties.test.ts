import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { intervalMs, intervalStart, type KeptInterval } from './interval.ts';
import { type Checkpoint, Ledger } from './ledger.ts';
import { queueIds, RandomHistory } from './random-history.node.ts';
import type { StandingRow, StatisticRow } from './rows.ts';
import { Specification } from './specification.node.ts';
import { emptyTally, type Subject } from './tally.ts';

const histories = 25;
const steps = 120;
const begin = Date.parse('2026-03-02T22:10:00Z');

/** What a store would have: rows by id, as text. */
class Kept {
  readonly #statistics = new Map<string, string>();
  readonly #standings = new Map<string, string>();

  write({ statistics, standings }: Checkpoint): void {
    for (const row of statistics) this.#statistics.set(row.id, JSON.stringify(row));
    for (const row of standings) this.#standings.set(row.id, JSON.stringify(row));
  }

  /** What a process that starts is given. */
  live(): Checkpoint {
    const standings = [...this.#standings.values()].map((text) => JSON.parse(text) as StandingRow);
    return {
      statistics: this.rows().filter(({ closed }) => !closed),
      standings: standings.filter((row) => row.tm_delete.startsWith('9999')),
    };
  }

  rows(): StatisticRow[] {
    return [...this.#statistics.values()].map((text) => JSON.parse(text) as StatisticRow);
  }
}

/** A ledger that is written down, forgotten and taken up again in the middle of things. */
function recount(history: RandomHistory): { readonly ledger: Ledger; readonly kept: Kept } {
  const { dice } = history;
  const kept = new Kept();
  let ledger = new Ledger();
  let now = begin;
  for (const [index, event] of history.story.events.entries()) {
    ledger.add(event);
    now = Math.max(now, ...timesOf(event.body));
    // Somebody looks, perhaps a little before the next event is heard of, which has happened already.
    if (dice.oneIn(5)) ledger.advance(now + dice.roll(400));
    if (!dice.oneIn(8)) continue;
    const { written, ...rows } = ledger.checkpoint(now, index);
    kept.write(rows);
    if (dice.oneIn(2)) written();
    if (!dice.oneIn(3)) continue;
    ledger = new Ledger();
    ledger.load(kept.live());
  }
  return { ledger, kept };
}

function timesOf(body: string): number[] {
  return [...body.matchAll(/"tm_(?:create|service|delete|status)":"(2026[^"]{19})\d{3}"/g)].map(
    ([, text = '']) => Date.parse(`${text.replace(' ', 'T')}Z`),
  );
}

describe('The ledger, against a specification that goes through the whole history for each figure', () => {
  it('counts the same, in every interval, however often it is written down and taken up again', () => {
    let compared = 0;
    for (let seed = 1; seed <= histories; seed += 1) {
      const history = new RandomHistory(seed, begin);
      for (let step = 0; step < steps; step += 1) history.step();
      const end = Math.max(...history.story.events.flatMap(({ body }) => timesOf(body))) + 1_000;
      const specification = new Specification(history.story.events, end);
      const replayed = new Ledger();
      for (const event of history.story.events) replayed.add(event);
      replayed.advance(end);
      const { ledger, kept } = recount(history);
      kept.write(ledger.checkpoint(end, 0));
      const counted = new Map(kept.rows().map((row) => [row.id, row.tally]));
      for (const interval of ['quarter', 'day'] as const)
        for (const [subject, ids] of [
          ['queue', queueIds],
          ['agent', history.agentIds],
        ] as const)
          for (const id of ids)
            for (const [index, start] of startsBetween(begin, end, interval).entries()) {
              // Of those that nobody has counted in some are looked at, and all of the days that they are in.
              if (!counted.has(`${interval} ${id} ${start}`) && index % 5 !== 0) continue;
              const expected = specification[subject](id, start, start + intervalMs[interval]);
              const where = `seed ${seed}, ${interval} ${id} ${new Date(start).toISOString()}`;
              const none = emptyTally[subject]();
              assert.deepEqual(counted.get(`${interval} ${id} ${start}`) ?? none, expected, where);
              assert.deepEqual(tallyIn(replayed, subject, id, interval, start) ?? none, expected, where);
              if (JSON.stringify(expected) !== JSON.stringify(none)) compared += 1;
            }
    }
    assert.ok(compared > 1_500, `only ${compared} intervals had something in them`);
  });
});

function tallyIn(ledger: Ledger, subject: Subject, id: string, interval: KeptInterval, start: number) {
  return [...ledger.intervals(subject, id, interval)].find((each) => each.start === start)?.tally;
}

function startsBetween(from: number, to: number, interval: KeptInterval): number[] {
  const length = intervalMs[interval];
  const first = intervalStart(from, length);
  return Array.from({ length: Math.ceil((to - first) / length) }, (_, index) => first + index * length);
}
