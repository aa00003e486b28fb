import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import { nilId } from '../ids.ts';
import { operations } from '../operations.ts';

const { createCalls, sendCallDigits, muteCall, createConference } = operations;

test('a call needs someone who calls and someone to call, and no more', () => {
  const body = Compile(createCalls.body);
  const source = { target: '+15550100100' };
  assert.ok(body.Check({ source, destinations: [{ target: '+15550100123' }] }));
  assert.ok(
    body.Check({
      source,
      destinations: [
        { type: 'endpoint', target: '1001@bakery' },
        { type: 'agent', target: nilId },
      ],
      flow_id: nilId,
      actions: [{ type: 'answer' }],
      variables: { 'order.number': '17', line: 'a\nb' },
      early_execution: true,
      anonymous: 'yes',
      timeout: 180,
    }),
  );
  const wrong = [
    { source, destinations: [] },
    { destinations: [source] },
    { source, destinations: [source], timeout: 0 },
    { source, destinations: [source], timeout: 181 },
    { source, destinations: [source], anonymous: true },
    { source, destinations: [source], variables: { '': 'x' } },
    { source, destinations: [source], variables: { x: 1 } },
    { source: { ...source, port: 5060 }, destinations: [source] },
    { source, destinations: Array.from({ length: 51 }, () => source) },
  ];
  for (const value of wrong) assert.ok(!body.Check(value), JSON.stringify(value));
});

test('a conference has one of two types', () => {
  const conference = Compile(createConference.body);
  for (const type of ['conference', 'connect']) assert.ok(conference.Check({ type }));
  for (const body of [{}, { type: 'queue' }, { type: 'connect', timeout: -1 }]) {
    assert.ok(!conference.Check(body), JSON.stringify(body));
  }
});

test('keys are keys, directions are directions', () => {
  const digits = Compile(sendCallDigits.body);
  for (const keys of ['1', '0123456789ABCD*#']) assert.ok(digits.Check({ digits: keys }), keys);
  for (const keys of ['', 'a', '1 2', '1'.repeat(101)]) assert.ok(!digits.Check({ digits: keys }), keys);
  const mute = Compile(muteCall.body);
  for (const body of [{}, { direction: 'in' }, { direction: 'out' }, { direction: 'both' }]) {
    assert.ok(mute.Check(body), JSON.stringify(body));
  }
  assert.ok(!mute.Check({ direction: '' }));
});
