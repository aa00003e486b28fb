import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Flow, nilId, notYet } from '@parley/contract';
import {
  type Chance,
  type Commit,
  type CommitOutcome,
  Draft,
  type EventPosition,
  type Moment,
  type Monotonic,
} from '@parley/core';
import type { MediaCommands } from '@parley/media';
import type { SipEngine } from '@parley/sip';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { createExchange, type ExchangePorts } from './exchange.ts';

const at: Moment = { mono: 0 as Monotonic, wall: 1_600_000_000_000_000 as Moment['wall'] };

const flow: Flow = {
  id: 'flow',
  type: 'flow',
  name: '',
  detail: '',
  actions: [{ id: 'answer', next_id: nilId, type: 'answer' }],
  tm_create: notYet,
  tm_update: notYet,
  tm_delete: notYet,
  customer_id: 'customer',
};

const silence = {
  packets_received: 0,
  packets_sent: 0,
  packets_lost: 0,
  packets_discarded: 0,
  jitter_ms: 0,
  remote_packets_lost: 0,
  round_trip_ms: 0,
};

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** An exchange with nothing around it, over a store that takes only the commits that `takes` says. */
function setUp(takes: (commit: Commit) => boolean) {
  const closed: string[] = [];
  const saved: string[] = [];
  const problems: string[] = [];
  const errors: object[] = [];
  let position = 0;
  let ids = 0;
  const commit = async (commits: readonly Commit[]): Promise<readonly CommitOutcome[]> => {
    if (!commits.every(takes)) throw new TypeError('a call lacks a text');
    return commits.map(({ events }) => ({
      ok: true,
      positions: events.map(() => (position += 1) as EventPosition),
    }));
  };
  const chance: Chance = { id: () => `id-${(ids += 1)}`, token: () => 'token', fraction: () => 0 };
  const clock: Clock = { now: () => at, after: () => () => {} };
  const exchange = createExchange({
    clock,
    chance,
    store: { commit, customers: async () => [], live: async () => [], owed: async () => [] },
    sip: { next: () => undefined, wakeAt: () => undefined } as unknown as SipEngine,
    flowSaved: ({ id }: Flow) => void saved.push(id),
    createMedia: () =>
      ({ open: () => {}, close: (leg: string) => void closed.push(leg) }) as unknown as MediaCommands,
    tally: { problem: (kind: string) => void problems.push(kind), dropped: () => {}, refused: () => {} },
    registrar: {
      hash: () => '',
      tally: { registered: () => {}, refused: () => {} },
      settings: { domain: 'example.org', trusts: () => true },
    },
    log: { error: (fields: object) => void errors.push(fields) } as unknown as Logger,
    settings: {
      maxCalls: 9,
      maxCallsPerCustomer: 9,
      readyLegs: 0,
      mediaAddress: '127.0.0.1',
      routeTimeoutMs: 0,
    },
  } as unknown as ExchangePorts);
  const offer = (callId: string): void =>
    exchange.switchboard.hear({
      kind: 'callOffered',
      callId,
      customerId: 'customer',
      flowId: flow.id,
      flow,
      source: { type: 'tel', target: '1', target_name: '', name: '', detail: '' },
      destination: { type: 'tel', target: '2', target_name: '', name: '', detail: '' },
      mediaOpen: false,
    });
  return { exchange, offer, saved, closed, problems, errors };
}

it('an exchange says which flows were stored, and not that one was deleted', async () => {
  const { exchange, saved } = setUp(() => true);
  const draft = new Draft(at, { id: () => 'id', token: () => '', fraction: () => 0 });
  draft.put('flow', flow);
  draft.put('flow', { ...flow, id: 'gone', tm_delete: '2022-04-12 10:00:00.000000' });
  assert.ok((await exchange.pipeline.submit(draft)).ok);
  assert.deepEqual(saved, ['flow']);
});

describe('an exchange whose store does not take a commit, ever', () => {
  it('says which, ends the call it is about, lets go of its media, and goes on with others', async () => {
    const isBad = ({ puts }: Commit): boolean => puts.some(({ row }) => row.id === 'bad');
    const { exchange, offer, closed, problems, errors } = setUp((commit) => !isBad(commit));
    offer('good');
    offer('bad');
    for (let turn = 0; turn < 9; turn += 1) await settled();
    assert.ok(problems.includes('droppedCommit'));
    assert.partialDeepStrictEqual(errors[0], { call_ids: ['bad'] });
    assert.deepEqual(exchange.centre.callIds(), ['good']);
    assert.deepEqual(closed, ['bad']);
    exchange.switchboard.hear({ kind: 'mediaClosed', callId: 'bad', statistics: silence });
    assert.deepEqual(exchange.centre.callIds(), ['good']);
    await exchange.pipeline.flushed();
    assert.equal(exchange.pipeline.backlog, 0);
  });
});
