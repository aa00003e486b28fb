import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Instant, nilId } from '@parley/contract';
import { Draft } from '../draft.ts';
import { createNumber } from '../number/number.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import { createFlow, deleteFlow, updateFlow } from './stored-flow.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const otherFlowId = 'f0000000-0000-4000-8000-000000000099';

function countingChance(): Chance {
  let count = 0;
  return {
    id: () => `f0000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`,
    token: (bytes) => 'ab'.repeat(bytes),
    fraction: () => 0.5,
  };
}
const draftAt = (seconds: number, chance: Chance): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);

function givenFlow(chance: Chance) {
  const decided = createFlow(draftAt(0, chance), chance, customerId, { actions: [{ type: 'answer' }] });
  assert.ok(decided.ok);
  return decided.flow;
}

describe('a stored flow', () => {
  it('gives every action without an id one of its own and keeps the others', () => {
    const id = 'e0000000-0000-4000-8000-000000000001';
    const chance = countingChance();
    const decided = createFlow(draftAt(0, chance), chance, customerId, {
      actions: [
        { type: 'answer' },
        { id: nilId, type: 'talk', option: { text: 'Hi' } },
        { id, type: 'hangup' },
      ],
    });
    assert.ok(decided.ok);
    assert.deepEqual(decided.flow.actions, [
      { id: 'f0000000-0000-4000-8000-000000000001', next_id: nilId, type: 'answer' },
      { id: 'f0000000-0000-4000-8000-000000000002', next_id: nilId, type: 'talk', option: { text: 'Hi' } },
      { id, next_id: nilId, type: 'hangup' },
    ]);
  });

  it('is made when it can run', () => {
    const chance = countingChance();
    const draft = draftAt(0, chance);
    const decided = createFlow(draft, chance, customerId, { name: 'Hello', actions: [{ type: 'answer' }] });
    assert.ok(decided.ok);
    assert.deepEqual([decided.flow.type, decided.flow.name, decided.flow.detail], ['flow', 'Hello', '']);
    assert.equal(decided.flow.actions[0]?.type, 'answer');
    assert.deepEqual(draft.puts, [{ kind: 'flow', row: decided.flow }]);
  });

  it('is refused, with the reasons and without a change, when it cannot run', () => {
    const chance = countingChance();
    const draft = draftAt(0, chance);
    const decided = createFlow(draft, chance, customerId, { actions: [{ type: 'no_such_action' }] });
    assert.ok(!decided.ok);
    assert.equal(decided.problems[0]?.index, 0);
    assert.deepEqual(draft.puts, []);
  });

  it('keeps its actions when none are said, and checks them when some are', () => {
    const chance = countingChance();
    const row = givenFlow(chance);
    const draft = draftAt(5, chance);
    const renamed = updateFlow(draft, chance, { row, version: 2 }, { name: 'Bye' });
    assert.deepEqual(renamed, {
      ok: true,
      flow: { ...row, name: 'Bye', tm_update: '1970-01-01 00:00:05.000000' },
    });
    assert.deepEqual(draft.preconditions, [{ kind: 'flow', id: row.id, version: 2 }]);
    const refused = updateFlow(
      draftAt(5, chance),
      chance,
      { row, version: 2 },
      { actions: [{ type: 'nope' }] },
    );
    assert.equal(refused.ok, false);
  });

  it('is taken off the numbers that point to it when it is deleted, and off nothing else', () => {
    const chance = countingChance();
    const row = givenFlow(chance);
    const both = createNumber(draftAt(0, chance), chance, customerId, {
      number: '1000',
      call_flow_id: row.id,
      message_flow_id: otherFlowId,
    });
    const message = createNumber(draftAt(0, chance), chance, customerId, {
      number: '1001',
      message_flow_id: row.id,
    });
    const draft = draftAt(5, chance);
    const { flow, numbers } = deleteFlow(draft, { row, version: 2 }, [
      { row: both, version: 3 },
      { row: message, version: 4 },
    ]);
    assert.equal(flow.tm_delete, '1970-01-01 00:00:05.000000');
    assert.deepEqual(
      numbers.map((number) => [number.call_flow_id, number.message_flow_id]),
      [
        [nilId, otherFlowId],
        [nilId, nilId],
      ],
    );
    assert.deepEqual(draft.preconditions, [
      { kind: 'number', id: both.id, version: 3 },
      { kind: 'number', id: message.id, version: 4 },
      { kind: 'flow', id: row.id, version: 2 },
    ]);
  });
});
