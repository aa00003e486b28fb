import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentRow, extension, QueueRoom } from '../queue/queue-room.node.ts';
import type { Effect } from '../effects.ts';

function headersOf(room: QueueRoom): readonly (readonly string[])[] {
  const dials = room.effects.filter(
    (effect): effect is Extract<Effect, { kind: 'dial' }> => effect.kind === 'dial',
  );
  return dials.map(({ attempt }) => attempt.headers.map(({ name, value }) => `${name}: ${value}`));
}

const asked = [
  'Answer-Mode: Auto',
  'Call-Info: <sip:1001@127.0.0.1>;answer-after=0',
  'Alert-Info: <sip:1001@127.0.0.1>;info=alert-autoanswer;delay=0',
];

describe('an agent whose phones answer by themselves', () => {
  it('has them asked to, in each of the ways that phones know', () => {
    const room = QueueRoom.waiting([agentRow(1, { auto_answer: true, addresses: [extension('1001')] })]);
    room.registered('1001');
    assert.deepEqual(headersOf(room), [asked]);
  });

  it('is rung as ever at a telephone number', () => {
    const [number] = agentRow(1).addresses;
    assert.equal(number?.type, 'tel');
    assert.deepEqual(headersOf(QueueRoom.waiting([agentRow(1, { auto_answer: true })])), [[]]);
  });

  it('is the only one', () => {
    const room = QueueRoom.waiting([agentRow(1, { addresses: [extension('1001')] })]);
    room.registered('1001');
    assert.deepEqual(headersOf(room), [[]]);
  });
});
