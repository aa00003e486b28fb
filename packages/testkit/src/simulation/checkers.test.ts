import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type EventType } from '@parley/contract';
import type { EventPosition, LogEntry } from '@parley/core';
import { SeededChance } from '../seeded-chance.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { EventChecker } from './event-checker.ts';
import { Receiver } from './receiver.ts';
import { Violations } from './violations.ts';
import { WireChecker } from './wire-checker.ts';

/** The checkers have to bite, or a simulation that passes says nothing. */
function entry(type: EventType, position: number, changes: Partial<LogEntry> = {}): LogEntry {
  const example = eventExamples[type];
  return {
    id: `evt_${position}`,
    type,
    customerId: example.data.customer_id,
    lane: 'lane',
    resourceId: example.data.id,
    at: 0 as LogEntry['at'],
    body: JSON.stringify(example),
    position: position as EventPosition,
    ...changes,
  };
}

function found(...entries: readonly LogEntry[]): string {
  const violations = new Violations();
  const checker = new EventChecker(violations);
  for (const each of entries) checker.add(each);
  return [...violations.list, ...checker.unfinished()].join('\n');
}

describe('the checker of events', () => {
  it('is content with a life lived in order', () => {
    assert.equal(found(entry('call_created', 1), entry('call_answered', 2), entry('call_hungup', 3)), '');
  });

  it('sees an end that happens twice, a life after it, and one that never ends', () => {
    const created = entry('call_created', 1);
    assert.match(found(created, entry('call_hungup', 2), entry('call_hungup', 3)), /it was over/);
    assert.match(found(created, entry('call_hungup', 2), entry('call_answered', 3)), /it was over/);
    assert.match(found(entry('call_hungup', 1)), /it was not created/);
    assert.match(
      found(created, entry('call_answered', 2), entry('call_answered', 3), entry('call_hungup', 4)),
      /answered already/,
    );
    assert.match(found(created), /^call /);
  });

  it('sees a body that is not as the contract says, a log that goes back and an id used twice', () => {
    const created = entry('call_created', 1);
    const hungup = entry('call_hungup', 2);
    assert.match(
      found({ ...created, body: created.body.replace('"hangup_by"', '"hung_up_by"') }, hungup),
      /hangup_by|hung_up_by/,
    );
    assert.match(found({ ...created, position: 7 as EventPosition }, hungup), /went back/);
    assert.match(found(created, { ...hungup, id: created.id }), /stands twice/);
  });
});

describe('the checker of the wire', () => {
  const phone = { address: '10.0.1.1', port: 5060 };
  const response = (status: string, method: string): Uint8Array =>
    Buffer.from(`SIP/2.0 ${status} X\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nCSeq: 1 ${method}\r\n\r\n`);

  it('lets one final response be sent again, but not another one', () => {
    const violations = new Violations();
    const wire = new WireChecker(violations);
    for (const status of ['100', '180', '200', '200']) wire.sentSip(response(status, 'INVITE'), phone);
    assert.deepEqual(violations.list, []);
    wire.sentSip(response('487', 'INVITE'), phone);
    assert.match(violations.list.join(), /answered 200 and then 487/);
  });

  it('sees sound that is sent after BYE', () => {
    const violations = new Violations();
    const wire = new WireChecker(violations);
    wire.sentMedia({ ...phone, port: 20_000 });
    wire.sentSip(response('200', 'BYE'), phone);
    wire.sentMedia({ ...phone, port: 20_001 });
    assert.deepEqual(violations.list, []);
    wire.sentMedia({ ...phone, port: 20_000 });
    assert.equal(violations.list.length, 1);
  });
});

describe('the receiver', () => {
  it('sees an event that comes after a later one of its lane', async () => {
    const violations = new Violations();
    const clock = new VirtualClock();
    const receiver = new Receiver(clock, new SeededChance(1), violations, { failing: 0, outages: [] });
    receiver.recover();
    for (const position of [2, 1]) {
      const attempt = receiver.send(
        { event: entry('call_created', position), endpoint: {} as never, number: 1 },
        0 as never,
      );
      while (clock.step(10_000));
      await attempt;
    }
    assert.match(violations.list.join(), /after a later event/);
  });
});
