import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventPosition, Monotonic, Commit, CommitOutcome, Effect, Moment } from '@parley/core';
import { Decision } from '@parley/core';
import type { Clock } from '../clock.ts';
import { StoreError } from '../store/store-error.ts';
import { CommitPipeline } from './commit-pipeline.ts';

const at: Moment = { mono: 0 as Monotonic, wall: 0 as Moment['wall'] };

/** A store whose answers the test gives, one transaction at a time. */
class HandStore {
  readonly groups: (readonly Commit[])[] = [];
  readonly #answers: PromiseWithResolvers<readonly CommitOutcome[]>[] = [];
  #answered = 0;

  commit(commits: readonly Commit[]): Promise<readonly CommitOutcome[]> {
    this.groups.push(commits);
    const answer = Promise.withResolvers<readonly CommitOutcome[]>();
    this.#answers.push(answer);
    return answer.promise;
  }

  answer(outcomes?: readonly CommitOutcome[]): Promise<void> {
    const group = this.groups[this.#answered] ?? [];
    const fine = group.map(
      (commit) => ({ ok: true, positions: commit.events.map((_, index) => index as EventPosition) }) as const,
    );
    this.#answers[this.#answered]?.resolve(outcomes ?? fine);
    this.#answered += 1;
    return settled();
  }

  fail(error: Error): Promise<void> {
    this.#answers[this.#answered]?.reject(error);
    this.#answered += 1;
    return settled();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function setUp() {
  const store = new HandStore();
  const performed: string[] = [];
  const troubles: (string | undefined)[] = [];
  const delivered: string[] = [];
  const written: string[] = [];
  const dropped: string[] = [];
  const alarms: (() => void)[] = [];
  const clock: Clock = {
    now: () => at,
    after: (_ms, callback) => {
      alarms.push(callback);
      return () => {};
    },
  };
  const pipeline = new CommitPipeline({
    store,
    clock,
    recipientsOf: () => ['receiver'],
    perform: (effect: Effect) => performed.push(effect.callId),
    written: (puts) => written.push(...puts.map(({ row }) => row.id)),
    committed: (_events, deliveries) => delivered.push(...deliveries.map((delivery) => delivery.event.id)),
    dropped: ({ effects, error }) => dropped.push(`${effects[0]?.callId}: ${String(error)}`),
    onTrouble: (problem) => troubles.push(problem),
  });
  return { store, dropped, performed, troubles, delivered, written, alarms, pipeline };
}

let count = 0;

/** A decision with one event and one effect, named. */
function decision(name: string): Decision {
  const made = new Decision(at, { id: () => `id-${(count += 1)}`, token: () => '', fraction: () => 0 });
  made.emit('call_created', 'lane', { id: name, customer_id: 'customer' } as never);
  made.effect({ kind: 'ring', callId: name });
  return made;
}

/** Stays within the process. */
const inwardly = { kind: 'locate', forOffer: true } as Extract<Effect, { kind: 'locate' }>;

describe('the commit pipeline', () => {
  it('carries effects out only once what decided them is durable, in the order of the decisions', async () => {
    const { pipeline, store, performed, delivered } = setUp();
    pipeline.decide(decision('a'));
    pipeline.decide(decision('b'));
    await settled();
    assert.deepEqual(performed, []);
    await store.answer();
    assert.deepEqual(performed, ['a', 'b']);
    assert.equal(delivered.length, 2);
  });

  it('begins at once what nobody outside can notice, but not within the decision', async () => {
    const { pipeline, store, performed, dropped } = setUp();
    const both = decision('a');
    both.effect({ ...inwardly, callId: 'agent for a' });
    pipeline.decide(both);
    assert.deepEqual(performed, []);
    await settled();
    assert.deepEqual(performed, ['agent for a']);
    const inward = new Decision(at, { id: () => 'x', token: () => '', fraction: () => 0 });
    inward.effect({ ...inwardly, callId: 'z' });
    pipeline.decide(inward);
    await settled();
    assert.deepEqual(performed, ['agent for a', 'z'], 'no transaction is waited for');
    await store.answer();
    assert.deepEqual(performed, ['agent for a', 'z', 'a']);
    assert.deepEqual([store.groups.map((group) => group.length), dropped], [[1], []]);
  });

  it('puts what is decided while a transaction is under way into the next one, together', async () => {
    const { pipeline, store } = setUp();
    pipeline.decide(decision('a'));
    await settled();
    for (const name of ['b', 'c', 'd']) pipeline.decide(decision(name));
    await settled();
    assert.deepEqual(
      store.groups.map((group) => group.length),
      [1],
    );
    await store.answer();
    assert.deepEqual(
      store.groups.map((group) => group.length),
      [1, 3],
    );
  });

  it('tells which rows are durable before anything follows from them, and none that were lost', async () => {
    const { pipeline, store, performed, written } = setUp();
    const toldBefore: string[][] = [];
    const [won, lost] = [decision('won'), decision('lost')];
    won.put('flow', { id: 'flow-1' } as never);
    lost.put('flow', { id: 'flow-2' } as never);
    pipeline.decide(won);
    void pipeline.submit(lost);
    performed.push = (callId) => toldBefore.push([callId, ...written]);
    await settled();
    const missed = { kind: 'flow', id: 'flow-2', why: 'version' } as const;
    await store.answer([
      { ok: true, positions: [1 as EventPosition] },
      { ok: false, lost: missed },
    ]);
    assert.deepEqual(toldBefore, [['won', 'flow-1']]);
    assert.deepEqual(written, ['flow-1']);
  });

  it('tries a failed write again until it succeeds, and lets nothing overtake it', async () => {
    const { pipeline, store, performed, troubles, alarms } = setUp();
    pipeline.decide(decision('a'));
    await settled();
    await store.fail(new Error('disk full'));
    pipeline.decide(decision('b'));
    assert.deepEqual([performed, troubles], [[], ['disk full']]);
    alarms.shift()?.();
    await settled();
    await store.answer();
    assert.deepEqual([performed, troubles], [['a'], ['disk full', undefined]]);
    await store.answer();
    assert.deepEqual(performed, ['a', 'b']);
  });

  it('drops a commit that no trying again could mend, and goes on with its neighbours in their order', async () => {
    const { pipeline, store, performed, troubles, dropped, alarms } = setUp();
    for (const name of ['a', 'b', 'broken', 'c']) pipeline.decide(decision(name));
    await settled();
    const broken = new TypeError('a call lacks a text');
    const isIn = (group: readonly Commit[]) => group.some(({ events }) => events[0]?.resourceId === 'broken');
    let tries = 0;
    while (performed.length < 3 && (tries += 1) < 20) {
      const group = store.groups.at(-1) ?? [];
      await (isIn(group) ? store.fail(broken) : store.answer());
    }
    assert.deepEqual(performed, ['a', 'b', 'c']);
    assert.deepEqual(dropped, ['broken: TypeError: a call lacks a text']);
    assert.deepEqual([troubles, alarms], [[], []]);
    pipeline.decide(decision('next'));
    await settled();
    await store.answer();
    assert.equal(performed.at(-1), 'next');
  });

  it('rejects changes that the database refuses for ever, and tries again what is only trouble of the disk', async () => {
    const { pipeline, store, dropped, troubles, alarms } = setUp();
    const outcome = pipeline.submit(decision('a'));
    const flushed = pipeline.flushed();
    await settled();
    await store.fail(new StoreError('full', 'the disk is full'));
    alarms.shift()?.();
    await settled();
    assert.deepEqual([troubles, dropped], [['the disk is full'], []]);
    const refused = assert.rejects(outcome, { code: 'refused' });
    await store.fail(new StoreError('refused', 'a constraint'));
    await refused;
    await flushed;
    assert.equal(dropped.length, 1);
  });

  it('says so when changes lose a race, and does nothing for them', async () => {
    const { pipeline, store, delivered } = setUp();
    const outcome = pipeline.submit(decision('a'));
    await settled();
    const lost = { ok: false, lost: { kind: 'number', id: 'x', why: 'taken' } } as const;
    await store.answer([lost]);
    assert.deepEqual(await outcome, lost);
    assert.deepEqual(delivered, []);
  });

  it('tells when what was handed in is durable, though more follows all the time', async () => {
    const { pipeline, store } = setUp();
    pipeline.decide(decision('a'));
    await settled();
    pipeline.decide(decision('b'));
    let flushed = false;
    void pipeline.flushed().then(() => {
      flushed = true;
    });
    await store.answer();
    pipeline.decide(decision('c'));
    assert.equal(flushed, false);
    await store.answer();
    assert.equal(flushed, true);
    assert.equal(store.groups.length, 3);
  });

  it('writes nothing for a decision that has only effects, and keeps its place in the order', async () => {
    const { pipeline, store, performed } = setUp();
    const onlyEffect = new Decision(at, { id: () => 'x', token: () => '', fraction: () => 0 });
    onlyEffect.effect({ kind: 'ring', callId: 'z' });
    pipeline.decide(decision('a'));
    pipeline.decide(onlyEffect);
    await settled();
    assert.deepEqual(performed, []);
    await store.answer();
    assert.deepEqual(performed, ['a', 'z']);
    assert.deepEqual(
      store.groups.map((group) => group.length),
      [1],
    );
  });
});
