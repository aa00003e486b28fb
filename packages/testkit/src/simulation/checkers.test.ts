import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type EventType } from '@parley/contract';
import type { EventPosition, LogEntry } from '@parley/core';
import { SeededChance } from '../seeded-chance.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { ChainChecker } from './chain-checker.ts';
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

  it('sees a group that never ends, and a conference of two, but not one that was made to last', () => {
    const conference = entry('conference_created', 3);
    const ofTwo = conference.body.replace('"type":"conference"', '"type":"connect"');
    assert.match(found(entry('groupcall_created', 1)), /^groupcall /);
    assert.equal(found(entry('groupcall_created', 1), entry('groupcall_hangup', 2)), '');
    assert.equal(found(conference), '');
    assert.match(found({ ...conference, body: ofTwo }), /^conference /);
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

  it('does not hold a process to what the one before has answered (simulation seed 409)', () => {
    const violations = new Violations();
    const wire = new WireChecker(violations);
    wire.sentSip(response('200', 'INVITE'), phone);
    wire.died();
    wire.sentSip(response('481', 'INVITE'), phone);
    assert.deepEqual(violations.list, []);
  });

  it('sees sound that is sent after the BYE of a call, not that of the next one in the same place', () => {
    const violations = new Violations();
    const wire = new WireChecker(violations);
    const place = { address: phone.address, port: 20_000 };
    const offer = (callId: string): Uint8Array =>
      Buffer.from(`INVITE sip:a SIP/2.0\r\nCall-ID: ${callId}\r\n\r\nv=0\r\nm=audio 20000 RTP/AVP 0\r\n`);
    const bye = (callId: string): Uint8Array =>
      Buffer.from(`SIP/2.0 200 OK\r\nCall-ID: ${callId}\r\nCSeq: 2 BYE\r\n\r\n`);
    wire.phoneSentSip(offer('one'), phone.address);
    wire.sentMedia(place);
    wire.sentSip(bye('one'), phone);
    wire.sentMedia({ ...place, port: 20_001 });
    wire.phoneSentSip(offer('two'), phone.address);
    wire.sentSip(bye('one'), phone);
    wire.sentMedia(place);
    assert.deepEqual(violations.list, []);
    wire.sentSip(bye('two'), phone);
    wire.sentMedia(place);
    assert.equal(violations.list.length, 1);
  });
});

describe('the checker of chains', () => {
  const hungup = (id: string, chained: readonly string[]): LogEntry =>
    entry('call_hungup', 1, {
      resourceId: id,
      body: JSON.stringify({ data: { chained_call_ids: chained } }),
    });

  it('sees a call that lives on though the one it is chained to is over', () => {
    const violations = new Violations();
    const chains = new ChainChecker(violations);
    chains.add(hungup('caller', ['one', 'two']), 0);
    chains.add(hungup('one', []), 1_000);
    chains.check(40_000, false);
    assert.deepEqual(violations.list, []);
    chains.check(40_001, false);
    assert.match(violations.list.join(), /call two lives on though caller/);
  });

  it('waits while nothing can be written', () => {
    const violations = new Violations();
    const chains = new ChainChecker(violations);
    chains.add(hungup('caller', ['one']), 0);
    chains.check(60_000, true);
    chains.check(99_000, false);
    assert.deepEqual(violations.list, []);
    chains.check(101_000, false);
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
