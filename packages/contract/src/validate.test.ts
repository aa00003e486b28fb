import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { eventExamples } from './examples/events.ts';
import { plainObject } from './json.ts';
import { createEventValidator } from './validate.ts';

const validate = createEventValidator();
const call = plainObject(eventExamples.call_created.data);
const event = { type: 'call_created', data: call };

test('an event of ours has no problems, with and without the keys that may be left out', () => {
  assert.deepEqual(validate(event), []);
  const statistics = {
    codec: 'PCMU',
    packets_received: 150,
    packets_sent: 149,
    packets_lost: 0,
    packets_discarded: 0,
    jitter_ms: 0.4,
    remote_packets_lost: 0,
    remote_jitter_ms: 1.25,
    round_trip_ms: 3,
  };
  assert.deepEqual(validate({ type: 'call_hungup', data: { ...call, statistics } }), []);
});

test('a type that is not one of ours is told by name', () => {
  assert.deepEqual(validate({ ...event, type: 'call_exploded' }), ['there is no event type "call_exploded"']);
  assert.deepEqual(validate({ data: call }), ['there is no event type undefined']);
});

test('a third key beside type and data is a problem', () => {
  assert.notDeepEqual(validate({ ...event, id: 'evt_1' }), []);
});

test('a problem names the place', () => {
  const problems = validate({ ...event, data: { ...call, status: 'asleep' } });
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /^\/data\/status /);
});

test('a key that the contract does not know is a problem, named', () => {
  assert.deepEqual(validate({ ...event, data: { ...call, colour: 'red' } }), [
    '/data/colour is no key of the contract',
  ]);
});

test('keys out of order are a problem, the first of them named', () => {
  const { id, ...rest } = call;
  assert.deepEqual(validate({ ...event, data: { ...rest, id } }), ['/data/flow_id stands out of order']);
});

test('anything at all can be asked about, and nothing but an event passes', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      assert.notDeepEqual(validate(value), []);
      assert.notDeepEqual(validate({ type: 'call_created', data: value }), []);
    }),
  );
});
