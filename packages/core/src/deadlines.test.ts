import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Deadlines } from './deadlines.ts';
import type { Monotonic } from './ports/moment.ts';

const at = (ms: number): Monotonic => ms as Monotonic;

describe('deadlines', () => {
  it('give the keys that are due, earliest first, and each once', () => {
    const deadlines = new Deadlines();
    deadlines.set('late', at(30));
    deadlines.set('early', at(10));
    deadlines.set('later', at(40));
    assert.equal(deadlines.next(), 10);
    assert.deepEqual(
      [1, 2, 3].map(() => deadlines.takeDue(at(35))),
      ['early', 'late', undefined],
    );
    assert.equal(deadlines.next(), 40);
  });

  it('forget the time before when one is set anew, and all of it when it is cleared', () => {
    const deadlines = new Deadlines();
    deadlines.set('a', at(10));
    deadlines.set('a', at(20));
    assert.equal(deadlines.takeDue(at(15)), undefined);
    deadlines.set('a', undefined);
    assert.equal(deadlines.takeDue(at(100)), undefined);
    assert.equal(deadlines.size, 0);
  });

  it('do not keep the far future of keys that are gone', () => {
    const deadlines = new Deadlines();
    for (let call = 0; call < 10_000; call += 1) {
      deadlines.set(`call ${call}`, at(call + 14_400_000));
      deadlines.set(`call ${call}`, at(call + 10));
      deadlines.set(`call ${call}`, undefined);
    }
    assert.equal(deadlines.size, 0);
    assert.ok(deadlines.entries < 100, `${deadlines.entries} entries`);
  });

  it('are what a plain map of times would be', () => {
    const change = fc.record({ key: fc.nat(5).map(String), at: fc.option(fc.nat(50), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(change, fc.nat(50))), (moves) => {
        const deadlines = new Deadlines();
        const plain = new Map<string, number>();
        for (const move of moves) {
          if (typeof move !== 'number') {
            deadlines.set(move.key, move.at as Monotonic | undefined);
            if (move.at === undefined) plain.delete(move.key);
            else plain.set(move.key, move.at);
          } else {
            const due = [...plain].filter(([, time]) => time <= move).map(([key]) => key);
            const taken: string[] = [];
            for (let key = deadlines.takeDue(at(move)); key !== undefined; key = deadlines.takeDue(at(move)))
              taken.push(key);
            assert.deepEqual(taken.sort(), due.sort());
            for (const key of due) plain.delete(key);
          }
          assert.equal(deadlines.next(), plain.size === 0 ? undefined : Math.min(...plain.values()));
        }
      }),
    );
  });
});
