import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckOutcome } from '@parley/core';
import { Headers, type OutgoingRequest, type RequestId, type ResponseOrigin } from '@parley/sip';
import { HealthWatch } from './health-watch.ts';
import { HandClock, settled } from './testing/hand-clock.ts';

function setUp(question: (id: string) => Promise<unknown> = async () => ({})) {
  const clock = new HandClock();
  const asked: { readonly id: RequestId; readonly at: number }[] = [];
  const outcomes: `${string} ${CheckOutcome}`[] = [];
  const watch = new HealthWatch({
    clock,
    fraction: () => 0.5,
    question: async (id) => (await question(id)) as OutgoingRequest,
    request: () => {
      const id = `request-${asked.length}` as RequestId;
      asked.push({ id, at: clock.now().mono });
      return id;
    },
    checked: (id, outcome) => void outcomes.push(`${id} ${outcome}`),
  });
  const answer = (nth: number, status: number, origin: ResponseOrigin = 'peer'): boolean => {
    const request = asked[nth]?.id ?? ('' as RequestId);
    const [headers, body] = [new Headers(), new Uint8Array(0)];
    return watch.receive({ kind: 'response', request, status, origin, headers, body, cseq: 1 });
  };
  return { clock, asked, outcomes, watch, answer };
}

describe('the watch over providers', () => {
  it('asks within a second, then every 30 s', async () => {
    const { clock, asked, watch, answer } = setUp();
    watch.watch('a');
    await clock.pass(1_000);
    assert.deepEqual(
      asked.map(({ at }) => at),
      [500],
    );
    answer(0, 200);
    await clock.pass(30_000);
    answer(1, 200);
    assert.deepEqual(
      asked.map(({ at }) => at),
      [500, 30_500],
    );
    await clock.pass(30_000);
    assert.equal(asked.length, 3);
  });

  const meanings: readonly (readonly [number, ResponseOrigin, readonly CheckOutcome[]])[] = [
    [200, 'peer', ['answered']],
    [404, 'peer', ['answered']],
    [401, 'peer', ['answered']],
    [501, 'peer', ['answered']],
    [503, 'peer', ['silent']],
    [408, 'timeout', ['silent']],
    [503, 'transport', ['broken']],
    [503, 'overload', []],
  ];
  for (const [status, origin, outcomes] of meanings) {
    it(`takes ${status} by ${origin} for ${outcomes[0] ?? 'nothing'}`, async () => {
      const scene = setUp();
      scene.watch.watch('a');
      await scene.clock.pass(1_000);
      assert.ok(scene.answer(0, status, origin));
      assert.deepEqual(
        scene.outcomes,
        outcomes.map((each) => `a ${each}`),
      );
    });
  }

  it('takes an answer after 10 s for silence, and then overlooks it', async () => {
    const { clock, outcomes, watch, answer, asked } = setUp();
    watch.watch('a');
    await clock.pass(11_000);
    assert.deepEqual(outcomes, ['a silent']);
    assert.equal(answer(0, 200), false);
    await clock.pass(20_000);
    assert.deepEqual(outcomes, ['a silent']);
    assert.equal(asked.length, 2);
  });

  it('takes a name without an address for silence', async () => {
    const { clock, outcomes, watch, asked } = setUp(async () => {
      throw new Error('no address');
    });
    watch.watch('a');
    await clock.pass(61_000);
    assert.deepEqual(outcomes, ['a silent', 'a silent', 'a silent']);
    assert.equal(asked.length, 0);
  });

  it('has no more than fifty under way, and comes to all of them', async () => {
    const { clock, asked, outcomes, watch } = setUp();
    for (let index = 0; index < 120; index += 1) watch.watch(`p${index}`);
    await clock.pass(5_000);
    assert.equal(asked.length, 50);
    await clock.pass(30_000);
    assert.equal(new Set(outcomes).size, 120);
  });

  it('that is ended leaves nothing behind, in the middle of a question too', async () => {
    const { clock, outcomes, watch, answer, asked } = setUp();
    watch.watch('a');
    watch.watch('b');
    await clock.pass(1_000);
    watch.unwatch('a');
    assert.equal(answer(0, 200), false);
    watch.stop();
    assert.equal(watch.size, 0);
    assert.equal(clock.waiting, 0);
    await clock.pass(90_000);
    assert.deepEqual([outcomes, asked.length], [[], 2]);
  });

  it('forgets a question that is still being made up for a provider that has moved', async () => {
    const resolves: (() => void)[] = [];
    const { clock, asked, watch } = setUp(() => new Promise((resolve) => resolves.push(() => resolve({}))));
    watch.watch('a');
    await clock.pass(1_000);
    watch.watch('a');
    resolves[0]?.();
    await settled();
    assert.equal(asked.length, 0);
    await clock.pass(1_000);
    resolves[1]?.();
    await settled();
    assert.equal(asked.length, 1);
  });
});
