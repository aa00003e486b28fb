import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Dice } from './random-floor.node.ts';
import { SortedRuns } from './sorted-runs.ts';

const byValue = (a: number, b: number): number => a - b;
const weigh = (value: number): number => 1 + (value % 3);

/** What it has to be: an array that is sorted each time. */
class Plain {
  readonly items: number[] = [];

  add(item: number): void {
    this.items.push(item);
    this.items.sort(byValue);
  }

  delete(item: number): boolean {
    const at = this.items.indexOf(item);
    if (at === -1) return false;
    this.items.splice(at, 1);
    return true;
  }

  tickets(): number[] {
    return this.items.flatMap((item) => Array.from({ length: weigh(item) }, () => item));
  }
}

function assertSame(runs: SortedRuns<number>, plain: Plain): void {
  assert.deepEqual([...runs], plain.items);
  assert.equal(runs.size, plain.items.length);
  assert.equal(runs.first(), plain.items[0]);
  assert.deepEqual(runs.head(7), plain.items.slice(0, 7));
  assert.deepEqual(runs.head(200), plain.items.slice(0, 200));
  const tickets = plain.tickets();
  assert.equal(runs.weight, tickets.length);
  for (let at = 0; at < tickets.length; at += 1 + (tickets.length >> 5)) {
    const hit = runs.atWeight(at);
    assert.equal(hit?.item, tickets[at]);
    assert.equal(hit?.before, tickets.indexOf(tickets[at] ?? -1));
  }
  assert.equal(runs.atWeight(tickets.length), undefined);
  assert.equal(runs.atWeight(-1), undefined);
}

describe('sorted runs', () => {
  it('hold what an array that is sorted each time holds, whatever is added and taken out', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 120 });
    fc.assert(
      fc.property(steps, (all) => {
        const [runs, plain] = [new SortedRuns(byValue, weigh), new Plain()];
        for (const [isAdded, value] of all) {
          if (!isAdded) assert.equal(runs.delete(value), plain.delete(value));
          else if (!plain.items.includes(value)) {
            runs.add(value);
            plain.add(value);
          }
          assert.equal(runs.countBefore(value), plain.items.filter((item) => item < value).length);
        }
        assertSame(runs, plain);
      }),
      { numRuns: 300 },
    );
  });

  it('hold thousands, in many runs that part and join again', () => {
    const dice = new Dice(7);
    const [runs, plain] = [new SortedRuns(byValue, weigh), new Plain()];
    for (let round = 0; round < 6; round++) {
      for (let step = 0; step < 1_200; step++) {
        const value = dice.roll(3_000);
        const isGrowing = round % 2 === 0;
        if (dice.oneIn(4) === isGrowing) assert.equal(runs.delete(value), plain.delete(value));
        else if (!isGrowing) {
          const first = runs.first();
          if (first !== undefined) assert.equal(runs.delete(first), plain.delete(first));
        } else if (!plain.items.includes(value)) {
          runs.add(value);
          plain.add(value);
        }
      }
      assertSame(runs, plain);
    }
  });

  it('are empty again when all is taken out', () => {
    const runs = new SortedRuns(byValue);
    for (let value = 0; value < 1_000; value++) runs.add(value);
    for (let value = 999; value >= 0; value--) assert.ok(runs.delete(value));
    assert.equal(runs.first(), undefined);
    assert.equal(runs.weight, 0);
    runs.add(3);
    assert.deepEqual([...runs], [3]);
  });
});
