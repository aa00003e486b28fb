import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent, Instant } from '@parley/contract';
import type { Changes, CommitOutcome, Decision, Monotonic } from '@parley/core';
import type { Clock } from '../clock.ts';
import { StaffChanges, type StaffChangesDeps } from './staff-changes.ts';

const clock: Clock = {
  now: () => ({ mono: 0 as Monotonic, wall: 0 as Instant }),
  after: () => () => undefined,
};

const row = { id: 'agent-1', customer_id: 'customer-1', status: 'away' } as Agent;
const ofAgent: Changes = { puts: [{ kind: 'agent', row }], events: [], preconditions: [] };
const ofTag = {
  puts: [{ kind: 'tag', row: { id: 'tag-1' } }],
  events: [],
  preconditions: [],
} as unknown as Changes;

const written: CommitOutcome = { ok: true, positions: [] };

function setUp({ upToDate = true, outcome = written, backlog = 0 } = {}) {
  const told: string[] = [];
  const centre: StaffChangesDeps['centre'] = {
    staffChanges: () => {
      told.push('counts');
      return upToDate;
    },
    staffIs: (kind) => void told.push(`${kind} read anew`),
    match: ([customer]) => {
      told.push(`match ${customer}`);
      return {} as Decision;
    },
  };
  const pipeline = {
    backlog,
    submit: async () => {
      told.push('submitted');
      return await Promise.resolve(outcome);
    },
    decide: () => void told.push('decided'),
    flushed: async () => await Promise.resolve(),
  };
  const store = {
    get: async () => await Promise.resolve({ row, version: 2 }),
  } as unknown as StaffChangesDeps['store'];
  const changes = new StaffChanges({ centre, pipeline, store, clock, decided: () => undefined });
  return { changes, told };
}

describe('a change of agents', () => {
  it('counts before it is written, and then callers are offered anew', async () => {
    const { changes, told } = setUp();
    assert.equal((await changes.submit(ofAgent)).ok, true);
    assert.deepEqual(told, ['counts', 'submitted', 'match customer-1', 'decided']);
  });

  it('made of an older row is not written: its maker reads and tries again', async () => {
    const { changes, told } = setUp({ upToDate: false });
    const outcome = await changes.submit(ofAgent);
    assert.deepEqual(outcome, { ok: false, lost: { kind: 'agent', id: 'agent-1', why: 'version' } });
    assert.deepEqual(told, ['counts', 'agent read anew']);
  });

  it('that loses is taken back', async () => {
    const lost = { ok: false, lost: { kind: 'tag', id: 'tag-1', why: 'version' } } as const;
    const { changes, told } = setUp({ outcome: lost });
    assert.deepEqual(await changes.submit(ofAgent), lost);
    assert.ok(told.includes('agent read anew'));
  });

  it('is not taken back while something newer is on its way to the store', async () => {
    const { changes, told } = setUp({ upToDate: false, backlog: 1 });
    await changes.submit(ofAgent);
    assert.deepEqual(told, ['counts']);
  });
});

describe('a change of anything else', () => {
  it('is written, and that is all', async () => {
    const { changes, told } = setUp();
    await changes.submit(ofTag);
    assert.deepEqual(told, ['submitted']);
  });
});
