import assert from 'node:assert/strict';
import type { Instant } from '@parley/contract';
import type { DeliveryChange, Monotonic } from '@parley/core';
import { describe, it } from 'node:test';
import type { AttemptOutcome } from './attempt-outcome.ts';
import { type AttemptRecord, createDeliverer, type Deliverer } from './deliverer.ts';
import type { Attempt } from './delivery-output.ts';
import { endpoint, minute, second, status } from './testing/engine-stage.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { Observer } from './testing/observer.ts';

/** A deliverer on a virtual clock whose attempts and submissions end when the test says so. */
class Stage {
  readonly outbox = new MemoryOutbox();
  readonly observed = new Observer();
  readonly records: AttemptRecord[] = [];
  readonly attempts: { readonly attempt: Attempt; readonly end: (outcome: AttemptOutcome) => void }[] = [];
  readonly submissions: {
    readonly changes: readonly DeliveryChange[];
    readonly end: (error?: Error) => void;
  }[] = [];
  readonly deliverer: Deliverer;
  storeFails = false;
  wakeChanges = 0;
  #ms = 0;

  constructor() {
    this.deliverer = createDeliverer(
      {
        store: { owed: (query) => this.#owed(query) },
        send: (attempt) => new Promise((end) => this.attempts.push({ attempt, end })),
        submit: (changes) => this.#submit(changes),
        clock: { mono: () => this.#ms as Monotonic, wall: () => this.wall },
        fraction: () => 0.5,
        log: this.observed.log,
        metrics: this.observed.metrics,
        attempted: (record) => this.records.push(record),
      },
      () => {
        this.wakeChanges += 1;
      },
    );
  }

  get wall(): Instant {
    return (1_700_000_000_000_000 + this.#ms * 1_000) as Instant;
  }

  async commit(...lanes: string[]): Promise<void> {
    const endpointIds = this.deliverer.recipientsOf('customer-1', 'call_updated');
    this.deliverer.committed(
      lanes.flatMap((lane) => this.outbox.commit({ lane, at: this.wall, endpointIds })),
    );
    await settled();
  }

  /** Ends the oldest attempt under way. */
  async end(outcome: AttemptOutcome): Promise<Attempt> {
    const under = this.attempts.shift();
    assert.ok(under !== undefined, 'no attempt is under way');
    under.end(outcome);
    await settled();
    return under.attempt;
  }

  /** Ends the oldest submission; without an error its changes are stored. */
  async store(error?: Error): Promise<readonly DeliveryChange[]> {
    const submission = this.submissions.shift();
    assert.ok(submission !== undefined, 'nothing was submitted');
    if (error === undefined) for (const change of submission.changes) this.outbox.apply(change);
    submission.end(error);
    await settled();
    return submission.changes;
  }

  async pass(ms: number): Promise<void> {
    const end = this.#ms + ms;
    for (let at = this.deliverer.wakeAt(); at !== undefined && at <= end; at = this.deliverer.wakeAt()) {
      this.#ms = Math.max(this.#ms, at);
      this.deliverer.wake();
      await settled();
    }
    this.#ms = end;
  }

  async #owed(
    query: Parameters<MemoryOutbox['readPage']>[0],
  ): ReturnType<Parameters<typeof createDeliverer>[0]['store']['owed']> {
    if (this.storeFails) throw new Error('the disk is gone');
    return this.outbox.readPage(query);
  }

  #submit(changes: readonly DeliveryChange[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.submissions.push({ changes, end: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  }
}

/** Everything that only waited for promises has happened. */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

async function started(): Promise<Stage> {
  const stage = new Stage();
  stage.deliverer.setEndpoint(endpoint('a'));
  stage.deliverer.start();
  await settled();
  return stage;
}

const ok = status(204);

describe('the deliverer', () => {
  it('names the endpoints of a customer that want a type of event', () => {
    const { deliverer } = new Stage();
    deliverer.setEndpoint(endpoint('all'));
    deliverer.setEndpoint(endpoint('calls', { eventTypes: new Set(['call_created']) }));
    deliverer.setEndpoint(endpoint('other', { customerId: 'customer-2' }));
    assert.deepEqual(deliverer.recipientsOf('customer-1', 'call_created'), ['all', 'calls']);
    assert.deepEqual(deliverer.recipientsOf('customer-1', 'queue_created'), ['all']);
    assert.deepEqual(deliverer.recipientsOf('customer-3', 'queue_created'), []);
    deliverer.removeEndpoint('all');
    assert.deepEqual(deliverer.recipientsOf('customer-1', 'queue_created'), []);
  });

  it('sends nothing before it is started, then what was owed before', async () => {
    const stage = new Stage();
    stage.outbox.commit({ lane: 'call-1', at: stage.wall, endpointIds: ['a'] });
    stage.deliverer.setEndpoint(endpoint('a'));
    await settled();
    assert.equal(stage.attempts.length, 0);
    stage.deliverer.start();
    await settled();
    assert.equal(stage.attempts.length, 1);
  });

  it('sends what a commit made owed, and settles it', async () => {
    const stage = await started();
    await stage.commit('call-1');
    await stage.end(ok);
    await stage.pass(second);
    assert.deepEqual(await stage.store(), [{ change: 'settled', endpointId: 'a', position: 1 }]);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('gathers changes for a while and has one submission under way at a time', async () => {
    const stage = await started();
    await stage.commit('1', '2', '3');
    await stage.end(ok);
    await stage.end(ok);
    assert.equal(stage.submissions.length, 0);
    await stage.pass(second);
    await stage.end(ok);
    await stage.pass(second);
    assert.equal(stage.submissions.length, 1);
    assert.equal((await stage.store()).length, 2);
    assert.equal((await stage.store()).length, 1);
  });

  it('submits changes again when they could not be stored', async () => {
    const stage = await started();
    await stage.commit('1', '2');
    await stage.end(ok);
    await stage.pass(second);
    await stage.store(new Error('disk full'));
    await stage.end(ok);
    assert.equal(stage.submissions.length, 0);
    await stage.pass(second);
    assert.equal((await stage.store()).length, 2);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('reads again when the store could not be read', async () => {
    const stage = new Stage();
    stage.storeFails = true;
    stage.outbox.commit({ lane: 'call-1', at: stage.wall, endpointIds: ['a'] });
    stage.deliverer.setEndpoint(endpoint('a'));
    stage.deliverer.start();
    await settled();
    stage.storeFails = false;
    await stage.pass(second);
    assert.equal(stage.attempts.length, 1);
  });

  it('tells its owner when it wants to be woken, also when it was woken too early', async () => {
    const stage = await started();
    await stage.commit('call-1');
    await stage.end(status(500));
    const { wakeChanges } = stage;
    assert.ok(wakeChanges > 0);
    stage.deliverer.wake();
    assert.equal(stage.wakeChanges, wakeChanges + 1);
  });

  it('sends what waits to where the settings point now', async () => {
    const stage = await started();
    await stage.commit('call-1');
    await stage.end(status(500));
    stage.deliverer.setEndpoint(endpoint('a', { url: 'https://new.example/' }));
    assert.equal(stage.attempts[0]?.attempt.endpoint.url, 'https://new.example/');
  });

  it('takes an attempt that breaks for one that failed', async () => {
    const stage = await started();
    await stage.commit('call-1');
    const attempt = stage.attempts.shift();
    attempt?.end(Promise.reject(new Error('broken')) as unknown as AttemptOutcome);
    await settled();
    await stage.pass(second);
    assert.equal(stage.attempts.length, 1);
  });

  it('counts and records attempts, and measures from the event to its acknowledgement', async () => {
    const stage = await started();
    await stage.commit('call-1');
    await stage.end(status(500));
    await stage.pass(second);
    await stage.end(ok);
    assert.deepEqual(Object.fromEntries(stage.observed.counts), { refused: 1, acknowledged: 1 });
    assert.deepEqual(stage.observed.latenciesMs, [second]);
    assert.deepEqual(
      stage.records.map(({ number, outcome }) => [number, outcome.kind === 'answered' && outcome.status]),
      [
        [1, 500],
        [2, 204],
      ],
    );
  });

  it('counts gaps and losses and says them, without addresses or bodies', async () => {
    const stage = await started();
    stage.deliverer.setEndpoint(endpoint('a', { url: 'https://a.example/?token=secret' }));
    await stage.commit('call-1', 'call-1');
    for (let n = 0; n < 40; n += 1) {
      while (stage.attempts.length > 0) {
        const bad = stage.attempts[0]?.attempt.event.position === 1;
        await stage.end(bad ? status(400) : ok);
      }
      await stage.pass(5 * second);
    }
    stage.deliverer.removeEndpoint('a');
    await stage.pass(minute);
    assert.equal(stage.observed.counts.get('passed'), 1);
    assert.equal(stage.observed.counts.get('lost removed'), 1);
    assert.ok(stage.observed.messages.length >= 2);
    assert.ok(stage.observed.messages.every((message) => !/secret|call_updated","data/.test(message)));
  });
});

describe('catching up before a stop', () => {
  it('takes as long as a working endpoint has something due, and its storing', async () => {
    const stage = await started();
    await stage.commit('1', '1');
    let caughtUp = false;
    const done = stage.deliverer.caughtUp(10 * second).then(() => {
      caughtUp = true;
    });
    await stage.end(ok);
    assert.equal(stage.attempts.length, 1, 'the next of the lane is under way');
    await stage.end(ok);
    assert.equal(caughtUp, false);
    while (stage.submissions.length > 0) await stage.store();
    await done;
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('does not wait for what failed, nor longer than it may', async () => {
    const stage = await started();
    await stage.commit('1');
    const failed = stage.deliverer.caughtUp(10 * second);
    await stage.end(status(500));
    await stage.store();
    await failed;
    await stage.commit('2');
    const hanging = stage.deliverer.caughtUp(second);
    await stage.pass(second);
    await hanging;
    assert.equal(stage.attempts.length, 1);
  });

  it('is over at once when nothing is owed', async () => {
    const stage = await started();
    await stage.deliverer.caughtUp(second);
  });
});

describe('stopping the deliverer', () => {
  it('begins nothing more and waits for attempts and changes', async () => {
    const stage = await started();
    await stage.commit('1', '2');
    let stopped = false;
    const done = stage.deliverer.stop(10 * second).then(() => {
      stopped = true;
    });
    await stage.commit('3');
    await stage.end(ok);
    assert.equal(stage.attempts.length, 0);
    assert.equal(stopped, false);
    await stage.store();
    await done;
    assert.equal(stage.outbox.owed('a').length, 2);
  });

  it('does not wait longer than it may', async () => {
    const stage = await started();
    await stage.commit('1');
    const done = stage.deliverer.stop(10 * second);
    await stage.pass(10 * second);
    await done;
    assert.equal(stage.outbox.owed('a').length, 1);
    assert.equal(stage.deliverer.wakeAt(), undefined);
    await stage.end(ok);
    assert.equal(stage.submissions.length, 0);
  });

  it('is at once when nothing is under way, and can be asked for twice', async () => {
    const stage = await started();
    await Promise.all([stage.deliverer.stop(second), stage.deliverer.stop(second)]);
    assert.equal(stage.attempts.length, 0);
  });
});
