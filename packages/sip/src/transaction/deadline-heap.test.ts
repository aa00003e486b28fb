import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { asleep, DeadlineHeap, type Sleeper } from './deadline-heap.ts';

interface Named extends Sleeper {
  readonly name: number;
}

function sleepers(count: number, wake: (name: number) => void): Named[] {
  return Array.from({ length: count }, (_, name) => ({
    name,
    heapIndex: asleep,
    heapAt: 0,
    wake: () => wake(name),
  }));
}

test('wakes in the order of deadlines, whatever was set, moved and taken away before', () => {
  const change = fc.record({ name: fc.nat(11), at: fc.option(fc.nat(50), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), fc.nat(60), (changes, now) => {
      const woken: number[] = [];
      const all = sleepers(12, (name) => woken.push(name));
      const heap = new DeadlineHeap();
      const expected = new Map<number, number>();
      for (const { name, at } of changes) {
        const sleeper = all[name];
        assert.ok(sleeper);
        heap.set(sleeper, at);
        if (at === undefined) expected.delete(name);
        else expected.set(name, at);
      }
      assert.equal(heap.size, expected.size);
      assert.equal(heap.next(), expected.size === 0 ? undefined : Math.min(...expected.values()));
      heap.wakeDue(now);
      const due = [...expected].filter(([, at]) => at <= now);
      assert.deepEqual(new Set(woken), new Set(due.map(([name]) => name)));
      assert.equal(woken.length, due.length);
      const times = woken.map((name) => expected.get(name) ?? -1);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
      assert.equal(heap.size, expected.size - due.length);
    }),
  );
});

test('a sleeper that sets a new deadline while it is woken is kept', () => {
  const heap = new DeadlineHeap();
  const sleeper: Sleeper = { heapIndex: asleep, heapAt: 0, wake: (now) => heap.set(sleeper, now + 10) };
  heap.set(sleeper, 5);
  heap.wakeDue(7);
  assert.equal(heap.next(), 17);
});
