import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Flow, type Instant, nilId } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import { createNumber, deleteNumber, holdFlows, updateNumber } from './number.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const flowId = 'f0000000-0000-4000-8000-000000000001';
const never = '9999-01-01 00:00:00.000000';
const chance: Chance = {
  id: () => 'b0000000-0000-4000-8000-000000000001',
  token: (bytes) => 'ab'.repeat(bytes),
  fraction: () => 0.5,
};
const draftAt = (seconds: number): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);

describe('a number', () => {
  it('is made active, without flows unless some are named', () => {
    const draft = draftAt(0);
    const number = createNumber(draft, chance, customerId, { number: '1000', call_flow_id: flowId });
    assert.deepEqual(number, {
      id: chance.id(),
      number: '1000',
      call_flow_id: flowId,
      message_flow_id: nilId,
      name: '',
      detail: '',
      status: 'active',
      t38_enabled: false,
      emergency_enabled: false,
      tm_create: '1970-01-01 00:00:00.000000',
      tm_update: never,
      tm_delete: never,
      customer_id: customerId,
    });
    assert.deepEqual(draft.puts, [{ kind: 'number', row: number }]);
    assert.deepEqual(draft.preconditions, [{ kind: 'number', id: number.id, version: 0 }]);
  });

  it('changes only in what is said; a nil flow id clears the flow', () => {
    const row = createNumber(draftAt(0), chance, customerId, { number: '1000', call_flow_id: flowId });
    const draft = draftAt(5);
    const number = updateNumber(draft, { row, version: 3 }, { call_flow_id: nilId, name: 'Desk' });
    const tm_update = '1970-01-01 00:00:05.000000';
    assert.deepEqual(number, { ...row, call_flow_id: nilId, name: 'Desk', tm_update });
    assert.deepEqual(draft.preconditions, [{ kind: 'number', id: row.id, version: 3 }]);
  });

  it('says that it is deleted when it is', () => {
    const row = createNumber(draftAt(0), chance, customerId, { number: '1000' });
    const number = deleteNumber(draftAt(5), { row, version: 3 });
    const end = '1970-01-01 00:00:05.000000';
    assert.deepEqual(number, { ...row, status: 'deleted', tm_update: end, tm_delete: end });
  });

  it('holds its flows: they are put as they are, on the condition that they are so', () => {
    const flow: Flow = {
      id: flowId,
      type: 'flow',
      name: '',
      detail: '',
      actions: [],
      tm_create: never,
      tm_update: never,
      tm_delete: never,
      customer_id: customerId,
    };
    const draft = draftAt(0);
    holdFlows(draft, [{ row: flow, version: 9 }]);
    assert.deepEqual(draft.puts, [{ kind: 'flow', row: flow }]);
    assert.deepEqual(draft.preconditions, [{ kind: 'flow', id: flowId, version: 9 }]);
  });
});
