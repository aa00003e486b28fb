import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call, CallStatus } from '@parley/contract';
import { endingStatus, mayBecome, withStatus } from './status.ts';

const statuses: readonly CallStatus[] = [
  'dialing',
  'ringing',
  'progressing',
  'terminating',
  'canceling',
  'hangup',
];

/** Row may become column, columns in the order above. */
const table: Readonly<Record<CallStatus, string>> = {
  dialing: '.yyyyy',
  ringing: '..yyyy',
  progressing: '...y.y',
  terminating: '.....y',
  canceling: '.....y',
  hangup: '......',
};

describe('the status of a call', () => {
  for (const from of statuses) {
    it(`changes from ${from} only as the table allows`, () => {
      const row = statuses.map((to) => (mayBecome(from, to) ? 'y' : '.')).join('');
      assert.equal(row, table[from]);
    });
  }

  it('is changed in one place, which stamps the call and refuses what the table does not allow', () => {
    const call = { status: 'ringing', tm_update: 'before' } as Call;
    assert.deepEqual(withStatus(call, 'progressing', 'now'), { status: 'progressing', tm_update: 'now' });
    assert.throws(() => withStatus(call, 'dialing', 'now'), /from ringing to dialing/);
    assert.throws(() => withStatus(call, 'ringing', 'now'), /from ringing to ringing/);
  });

  it('is canceling once we withdraw an outgoing call nobody answered, else terminating', () => {
    const ending = (direction: Call['direction'], status: CallStatus) => endingStatus({ direction, status });
    assert.equal(ending('outgoing', 'dialing'), 'canceling');
    assert.equal(ending('outgoing', 'ringing'), 'canceling');
    assert.equal(ending('outgoing', 'progressing'), 'terminating');
    assert.equal(ending('incoming', 'ringing'), 'terminating');
    assert.equal(ending('incoming', 'progressing'), 'terminating');
  });
});
