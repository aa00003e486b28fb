import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliveryLimits } from './delivery-limits.ts';
import { EngineStage, endpoint, hour, minute, second, status } from './testing/engine-stage.ts';

const ok = status(204);
const mostInMemory = deliveryLimits.waiting + deliveryLimits.stragglers;

describe('the memory of an endpoint', () => {
  it('is bounded while the endpoint hangs, and nothing is skipped or sent twice afterwards', () => {
    const stage = new EngineStage('a');
    const count = 3 * deliveryLimits.waiting;
    for (let n = 0; n < count; n += 1) {
      stage.commit('a', `call-${n % 100}`);
      assert.ok(stage.status('a').waiting <= deliveryLimits.waiting);
    }
    stage.endAll(ok);
    assert.deepEqual(stage.outbox.owed('a'), []);
    assert.equal(stage.sent.length, count);
    assert.equal(new Set(stage.sent).size, count);
  });

  it('holds little of an endpoint that is not known to work', () => {
    const stage = new EngineStage('a');
    for (let n = 0; n < 1_000; n += 1) stage.commit('a', `call-${n}`);
    assert.equal(stage.status('a').waiting, deliveryLimits.waitingUnproven.untried);
    stage.pass(24 * hour, () => status(500));
    assert.ok(stage.status('a').waiting <= deliveryLimits.waitingUnproven.all);
  });

  it('is bounded by the length of the bodies, too', () => {
    const stage = new EngineStage('a');
    const body = 'x'.repeat(500_000);
    stage.commit('a', 'call-1');
    stage.end('a:1', ok);
    for (let n = 0; n < 40; n += 1) {
      const at = stage.now.wall;
      stage.announce(stage.outbox.commit({ lane: 'call-1', at, endpointIds: ['a'], body }));
    }
    assert.equal(stage.status('a').waiting, Math.ceil(deliveryLimits.waitingChars / body.length));
    stage.endAll(ok);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('is bounded when a receiver refuses one kind of event for days, and the others keep flowing', () => {
    const stage = new EngineStage('a');
    const refused = (attempt: string) => Number(attempt.slice(2)) % 2 === 0;
    const outcome = (attempt: string) => (refused(attempt) ? status(400) : ok);
    for (let n = 0; n < 3 * deliveryLimits.stragglers; n += 1) {
      stage.commit('a', `call-${n}`, `call-${n}`);
      stage.pass(5 * second, outcome);
      assert.ok(stage.status('a').waiting <= mostInMemory);
    }
    const owed = stage.outbox.owed('a');
    assert.equal(owed.length, 3 * deliveryLimits.stragglers);
    assert.ok(owed.every(({ event }) => refused(`a:${event.position}`)));
    assert.ok(stage.status('a').behind);
  });

  it('finds every straggler again that it had to forget', () => {
    const stage = new EngineStage('a');
    for (let n = 0; n < 3 * deliveryLimits.stragglers; n += 1) {
      stage.commit('a', `call-${n}`, `call-${n}`);
      stage.pass(5 * second, (attempt) => (Number(attempt.slice(2)) % 2 === 0 ? status(400) : ok));
    }
    stage.pass(8 * hour, () => ok);
    assert.deepEqual(stage.outbox.owed('a'), []);
    assert.equal(stage.status('a').behind, false);
  });

  it('loses with the endpoint also those that it had to forget', () => {
    const stage = new EngineStage('a');
    for (let n = 0; n < 2 * deliveryLimits.stragglers; n += 1) {
      stage.commit('a', `call-${n}`, `call-${n}`);
      stage.pass(5 * second, (attempt) => (Number(attempt.slice(2)) % 2 === 0 ? status(400) : ok));
    }
    assert.ok(stage.status('a').waiting < stage.outbox.owed('a').length);
    stage.removeEndpoint('a');
    stage.pass(2 * minute);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('does not fill with stragglers that a restart finds', () => {
    const stage = new EngineStage();
    const at = stage.now.wall;
    const late = (stage.now.wall + 2 * 3_600_000_000) as typeof at;
    for (let n = 0; n < 2_000; n += 1) {
      const [delivery] = stage.outbox.commit({ lane: `call-${n}`, at, endpointIds: ['a'] });
      assert.ok(delivery !== undefined);
      const { position } = delivery.event;
      stage.outbox.apply({
        change: 'postponed',
        endpointId: 'a',
        position,
        attempts: 9,
        nextAttemptAt: late,
      });
    }
    stage.setEndpoint(endpoint('a'));
    assert.ok(stage.status('a').waiting <= deliveryLimits.stragglers);
    stage.commit('a', 'call-0');
    assert.deepEqual(stage.underWay, ['a:2001']);
    stage.end('a:2001', ok);
    stage.pass(3 * hour, () => ok);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('says how much waits and how old the oldest of it is', () => {
    const stage = new EngineStage('a');
    const at = stage.now.wall;
    stage.commit('a', 'call-1', 'call-1');
    stage.pass(minute);
    assert.deepEqual(stage.status('a'), {
      endpointId: 'a',
      state: 'proving',
      waiting: 2,
      behind: false,
      underWay: 1,
      oldestAt: at,
    });
  });
});
