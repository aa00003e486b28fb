import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Delivery, EventPosition, Monotonic } from '@parley/core';
import { Backlog } from './backlog.ts';
import { deliveryLimits } from './delivery-limits.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';

const now = 0 as Monotonic;
const position = (n: number) => n as EventPosition;
const outbox = new MemoryOutbox();
const owed: readonly Delivery[] = Array.from({ length: 20 }, (_, n) =>
  outbox.commit({ lane: `call-${n}`, at: 0 as Delivery['nextAttemptAt'], endpointIds: ['a'] }),
).flat();
/** Deliveries by position, from 1. */
const page = (from: number, to: number) => owed.slice(from - 1, to);
const positions = (deliveries: readonly Delivery[]) => deliveries.map(({ event }) => Number(event.position));

/** A backlog that has read everything up to position 4. */
function upToDate(): Backlog {
  const backlog = new Backlog();
  backlog.next(10, now);
  backlog.answered(page(1, 4));
  return backlog;
}

describe('the backlog of an endpoint', () => {
  it('begins at the beginning', () => {
    assert.deepEqual(new Backlog().next(10, now), { after: 0, limit: 10 });
  });

  it('reads one page at a time, each no longer than the room for it', () => {
    const backlog = new Backlog();
    assert.equal(backlog.next(3, now)?.limit, 3);
    assert.equal(backlog.next(3, now), undefined);
    backlog.answered(page(1, 3));
    assert.deepEqual(backlog.next(1_000, now), { after: 3, limit: deliveryLimits.page });
  });

  it('takes what commits announce once it is up to date', () => {
    const backlog = upToDate();
    assert.equal(backlog.behind, false);
    assert.equal(backlog.announce(position(5), true), true);
  });

  it('does not take an event twice that a page held before its commit announced it', () => {
    const backlog = upToDate();
    assert.equal(backlog.announce(position(4), true), false);
  });

  it('takes an event that is announced after a later one', () => {
    const backlog = upToDate();
    assert.equal(backlog.announce(position(6), true), true);
    assert.equal(backlog.announce(position(5), true), true);
  });

  it('leaves events in the store while there is no room, and reads them later in order', () => {
    const backlog = upToDate();
    assert.equal(backlog.announce(position(5), false), false);
    assert.equal(backlog.announce(position(6), true), false);
    assert.deepEqual(backlog.next(10, now), { after: 4, limit: 10 });
    assert.deepEqual(positions(backlog.answered(page(5, 6)).found), [5, 6]);
    assert.equal(backlog.behind, false);
  });

  it('reads once more when an event was announced while a page was read that may not hold it', () => {
    const backlog = new Backlog();
    backlog.next(10, now);
    backlog.announce(position(5), true);
    backlog.answered(page(1, 4));
    assert.deepEqual(backlog.next(10, now), { after: 4, limit: 10 });
  });

  it('does not look for ever for an event that is not owed any more', () => {
    const backlog = upToDate();
    backlog.announce(position(5), false);
    backlog.next(10, now);
    backlog.answered([]);
    assert.equal(backlog.behind, false);
    assert.equal(backlog.next(10, now), undefined);
  });

  it('asks again in a second when the store could not be read', () => {
    const backlog = new Backlog();
    backlog.next(10, now);
    backlog.failed(now);
    assert.equal(backlog.next(10, now), undefined);
    assert.equal(backlog.wakeAt, 1_000);
    assert.deepEqual(backlog.next(10, 1_000 as Monotonic), { after: 0, limit: 10 });
  });

  it('sweeps for forgotten stragglers when the first of them is due, not further than it has read', () => {
    const backlog = upToDate();
    backlog.forgot(5_000 as Monotonic);
    assert.equal(backlog.next(10, 4_999 as Monotonic), undefined);
    assert.deepEqual(backlog.next(10, 5_000 as Monotonic), { after: 0, limit: deliveryLimits.page });
    const { found, sweep } = backlog.answered(page(2, 8));
    assert.ok(sweep);
    assert.deepEqual(positions(found), [2, 3, 4]);
    assert.equal(backlog.behind, false);
  });

  it('does not sweep more often than once a minute', () => {
    const backlog = upToDate();
    backlog.forgot(now);
    backlog.next(10, now);
    backlog.forgot(1_000 as Monotonic);
    backlog.answered([]);
    assert.equal(backlog.wakeAt, deliveryLimits.sweepGapMs);
  });

  it('ignores on a page what was settled but was not stored as settled when the page was read', () => {
    const backlog = upToDate();
    backlog.changed(position(2), 'settled');
    backlog.forgot(now);
    backlog.next(10, now);
    backlog.saved(position(2), 'settled');
    assert.deepEqual(positions(backlog.answered(page(1, 4)).found), [1, 3, 4]);
    assert.equal(backlog.isUnsaved(position(2)), false);
  });
});
