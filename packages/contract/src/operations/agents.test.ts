import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import { nilId } from '../ids.ts';
import { operations } from '../operations.ts';

const tag = 'c2b1a099-8f7e-4d6c-9b5a-4f3e2d1c0b14';

test('an agent needs a user name and a password, and a status is never sent with it', () => {
  const body = Compile(operations.createAgent.body);
  const agent = { username: 'mira@bakery.example', password: 'poppy-seed' };
  for (const more of [
    {},
    { permission: 65_535, tag_ids: [tag], skills: { [tag]: 10 }, ring_method: 'linear' },
    { addresses: [{ target: '+15550100177' }, { type: 'extension', target: '1001' }] },
  ]) {
    assert.ok(body.Check({ ...agent, ...more }), JSON.stringify(more));
  }
  const wrong = [
    { username: '' },
    { username: 'two words' },
    { password: 'short' },
    { status: 'available' },
    { permission: 65_536 },
    { tag_ids: [tag, tag] },
    { skills: { [tag]: 11 } },
    { skills: { German: 3 } },
    { wrap_up_seconds: -1 },
    { addresses: Array.from({ length: 11 }, () => ({ target: '1' })) },
  ];
  for (const more of wrong) assert.ok(!body.Check({ ...agent, ...more }), JSON.stringify(more));
});

test('a status is one that people set; ringing is set by Parley alone', () => {
  const body = Compile(operations.updateAgentStatus.body);
  for (const status of ['available', 'away', 'busy', 'offline']) assert.ok(body.Check({ status }), status);
  assert.ok(body.Check({ status: 'away', reason: 'lunch' }));
  for (const wrong of [{ status: 'ringing' }, {}, { status: 'away', reason: 'a\nb' }, { status: '' }]) {
    assert.ok(!body.Check(wrong), JSON.stringify(wrong));
  }
});

test('a queue takes the names of both times for its bounds, and every method of choosing', () => {
  const body = Compile(operations.createQueue.body);
  const right = [
    {},
    { wait_timeout: 1, service_timeout: 86_400_000 },
    { timeout_wait: 0, timeout_service: 5 },
    ...['', 'random', 'longest_idle', 'round_robin', 'fewest_calls', 'least_talk', 'ring_all', 'linear'].map(
      (routing_method) => ({ routing_method }),
    ),
    { routing_method: 'weighted', exit_key: '#', no_answer: { delay_seconds: { busy: 0 } } },
  ];
  for (const value of right) assert.ok(body.Check(value), JSON.stringify(value));
  const wrong = [
    { wait_timeout: -1 },
    { timeout_wait: 86_400_001 },
    { routing_method: 'ringall' },
    { exit_key: '10' },
    { no_answer: { timeout_seconds: 0 } },
    { no_answer: { delay_seconds: { gone: 1 } } },
    { overflow: {} },
    { total_incoming_count: 0 },
  ];
  for (const value of wrong) assert.ok(!body.Check(value), JSON.stringify(value));
});

test('agents are listed by tags and status', () => {
  const query = Compile(operations.listAgents.query);
  for (const value of [{}, { tag_ids: tag, status: 'ringing' }, { tag_ids: `${tag},${nilId}` }]) {
    assert.ok(query.Check(value), JSON.stringify(value));
  }
  for (const value of [{ tag_ids: 'German' }, { tag_ids: `${tag},` }, { status: 'idle' }]) {
    assert.ok(!query.Check(value), JSON.stringify(value));
  }
});
