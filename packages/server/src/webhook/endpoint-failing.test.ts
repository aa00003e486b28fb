import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliveryLimits } from './delivery-limits.ts';
import { EngineStage, endpoint, hour, minute, noConnection, second, status } from './testing/engine-stage.ts';

const ok = status(204);
const lanes = (count: number): string[] => Array.from({ length: count }, (_, n) => `call-${n}`);

describe('an endpoint that fails wholly', () => {
  it('gets one attempt at a time, with pauses that grow to a minute', () => {
    const stage = new EngineStage('a');
    stage.commit('a', ...lanes(20));
    stage.pass(10 * minute, () => noConnection);
    assert.equal(stage.status('a').state, 'failing');
    stage.sent.length = 0;
    stage.pass(hour, () => noConnection);
    assert.equal(stage.sent.length, 80);
  });

  it('is recognised by twenty failures in a row when it used to work', () => {
    const stage = new EngineStage('a');
    stage.commit('a', ...lanes(40));
    for (let n = 0; n < 20; n += 1) stage.end(stage.underWay[0] ?? '', ok);
    stage.endAll(noConnection);
    assert.deepEqual(stage.noticed('health'), ['failing']);
  });

  it('is recognised by a few failures that go on for ten seconds, so that a single lane is held and not passed', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1');
    stage.end('a:1', ok);
    stage.commit('a', 'call-1', 'call-1');
    stage.end('a:2', noConnection);
    stage.pass(30 * second, () => noConnection);
    assert.deepEqual(stage.noticed('health'), ['failing']);
  });

  it('is not mistaken for one by a receiver that refuses half of what it gets', () => {
    const stage = new EngineStage('a');
    for (let n = 0; n < 200; n += 1) {
      stage.commit('a', `good-${n}`, `bad-${n}`);
      for (const attempt of stage.underWay)
        stage.end(attempt, Number(attempt.slice(2)) % 2 === 1 ? ok : status(500));
      stage.pass(second / 10, (attempt) => (Number(attempt.slice(2)) % 2 === 1 ? ok : status(500)));
    }
    assert.deepEqual(stage.noticed('health'), []);
    assert.equal(stage.outbox.owed('a').length, 200);
  });

  it('has its lanes take turns as probes, so that one poisonous event does not make it look dead', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'bad', 'good');
    stage.end('a:1', status(500));
    assert.deepEqual(stage.underWay, ['a:2']);
    stage.end('a:2', ok);
    assert.equal(stage.status('a').state, 'well');
  });

  it('gets the first event of a new lane at once while only few lanes failed, and not any more when many did', () => {
    const stage = new EngineStage('a');
    for (let n = 1; n <= deliveryLimits.suspectLanes; n += 1) {
      stage.commit('a', `call-${n}`);
      stage.end(`a:${n}`, noConnection);
    }
    stage.commit('a', 'call-6');
    assert.deepEqual(stage.underWay, []);
  });

  it('gets everything it is owed in order when it works again, and nothing was passed meanwhile', () => {
    const stage = new EngineStage('a');
    stage.commit('a', ...lanes(8), ...lanes(8), ...lanes(8));
    stage.pass(5 * hour, () => noConnection);
    const acknowledged: number[] = [];
    stage.pass(2 * minute, (attempt) => {
      acknowledged.push(Number(attempt.slice(2)));
      return ok;
    });
    assert.deepEqual(stage.outbox.owed('a'), []);
    assert.deepEqual(stage.noticed('passed'), []);
    for (let lane = 1; lane <= 8; lane += 1) {
      const ofLane = acknowledged.filter((position) => position % 8 === lane % 8);
      assert.deepEqual(
        ofLane,
        ofLane.toSorted((a, b) => a - b),
      );
    }
  });

  it('is found working by the event after a poisonous one in its only lane, which is passed then', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1', 'call-1', 'call-1');
    const poison = (attempt: string) => (attempt === 'a:1' ? status(500) : ok);
    stage.end('a:1', status(500));
    stage.pass(minute - second, poison);
    assert.deepEqual(stage.noticed('passed'), []);
    stage.pass(2 * minute, poison);
    assert.deepEqual(stage.noticed('passed'), ['1']);
    assert.deepEqual(
      stage.outbox.owed('a').map(({ event }) => event.position),
      [1],
    );
  });

  it('is asked for more than the first events it is owed, lest all of those are poisonous', () => {
    const stage = new EngineStage();
    const at = stage.now.wall;
    for (let n = 0; n < 100; n += 1) stage.outbox.commit({ lane: `call-${n}`, at, endpointIds: ['a'] });
    stage.setEndpoint(endpoint('a'));
    assert.equal(stage.status('a').waiting, deliveryLimits.waitingUnproven.untried);
    stage.pass(2 * hour, (attempt) => (Number(attempt.slice(2)) > 64 ? ok : status(400)));
    const owed = stage.outbox.owed('a').map(({ event }) => event.position);
    assert.deepEqual(
      owed,
      Array.from({ length: 64 }, (_, n) => n + 1),
    );
  });
});

describe('Retry-After', () => {
  it('with 429 or 503 pauses the whole endpoint', () => {
    for (const code of [429, 503]) {
      const stage = new EngineStage('a');
      stage.commit('a', 'call-1', 'call-2');
      stage.end('a:1', status(code, 5 * minute));
      stage.commit('a', 'call-3');
      stage.pass(5 * minute - 1);
      assert.deepEqual(stage.underWay, []);
      stage.pass(1, () => ok);
      assert.deepEqual(stage.outbox.owed('a'), []);
    }
  });

  it('is not cut short by an attempt from before that succeeds', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1', 'call-2', 'call-3', 'call-4');
    stage.end('a:1', ok);
    stage.end('a:2', status(503, minute));
    stage.end('a:3', ok);
    stage.pass(minute - 1);
    assert.deepEqual(stage.underWay, []);
    stage.pass(1);
    assert.equal(stage.underWay.length, 1);
  });

  it('with another status is about the event alone', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-0');
    stage.end('a:1', ok);
    stage.commit('a', 'call-1', 'call-2');
    stage.end('a:2', status(500, 30 * second));
    stage.end('a:3', ok);
    stage.pass(30 * second - 1);
    assert.deepEqual(stage.underWay, []);
    stage.pass(1);
    assert.deepEqual(stage.underWay, ['a:2']);
  });

  it('is obeyed for six hours at most', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1');
    stage.end('a:1', status(503, 48 * hour));
    stage.pass(6 * hour - 1);
    assert.deepEqual(stage.underWay, []);
    stage.pass(1);
    assert.deepEqual(stage.underWay, ['a:1']);
  });
});

describe('an endpoint that answers 410', () => {
  it('gets nothing more and keeps what it is owed', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1', 'call-1', 'call-2');
    stage.end('a:1', status(410));
    stage.commit('a', 'call-3');
    stage.pass(24 * hour);
    assert.deepEqual(stage.underWay, []);
    assert.deepEqual(stage.noticed('health'), ['disabled']);
    assert.equal(stage.outbox.owed('a').length, 4);
    assert.equal(stage.outbox.owed('a')[0]?.attempts, 0);
  });

  it('gets everything in order when its settings are saved again', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1', 'call-1');
    stage.end('a:1', status(410));
    stage.setEndpoint(endpoint('a'));
    stage.end('a:1', ok);
    stage.end('a:2', ok);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('loses what is three days old', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1');
    stage.end('a:1', status(410));
    stage.pass(72 * hour - 1);
    stage.commit('a', 'call-2');
    stage.pass(1);
    assert.deepEqual(stage.noticed('lost'), ['1']);
    assert.equal(stage.outbox.owed('a').length, 1);
  });
});

describe('new settings', () => {
  it('apply at once to what waits', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1');
    stage.end('a:1', noConnection);
    stage.setEndpoint(endpoint('a', { url: 'https://new.example/' }));
    assert.deepEqual(stage.urls, ['https://new.example/']);
  });

  it('are not blamed for what the old ones did', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1', 'call-2');
    stage.end('a:1', ok);
    stage.commit('a', 'call-3');
    stage.setEndpoint(endpoint('a', { url: 'https://new.example/' }));
    stage.end('a:2', status(410));
    assert.notEqual(stage.status('a').state, 'disabled');
    stage.endAll(ok);
    stage.endAll(ok);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('do not wait for attempts that hang at the old address', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1', 'call-2');
    stage.setEndpoint(endpoint('a', { url: 'https://new.example/' }));
    assert.deepEqual(stage.urls, ['https://a.example/hook', 'https://new.example/']);
  });

  it('that are the same again do not disturb an endpoint that works', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-0');
    stage.end('a:1', ok);
    stage.commit('a', 'call-1');
    stage.end('a:2', noConnection);
    stage.setEndpoint(endpoint('a'));
    assert.deepEqual(stage.underWay, []);
  });
});

describe('an endpoint that is removed', () => {
  it('loses what it is owed, what memory does not hold included', () => {
    const stage = new EngineStage('a');
    const owed = 2 * deliveryLimits.waiting;
    for (let n = 0; n < owed; n += 1) stage.commit('a', `call-${n}`);
    assert.ok(stage.status('a').behind);
    stage.removeEndpoint('a');
    stage.end('a:1', noConnection);
    assert.deepEqual(stage.outbox.owed('a'), []);
    assert.equal(stage.noticed('lost').length, owed);
  });

  it('is removed also when only the store still knows of it', () => {
    const stage = new EngineStage();
    stage.outbox.commit({ lane: 'call-1', at: stage.now.wall, endpointIds: ['a'] });
    stage.removeEndpoint('a');
    assert.deepEqual(stage.outbox.owed('a'), []);
    assert.deepEqual(stage.underWay, []);
  });

  it('gets what comes after it was set again', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1');
    stage.end('a:1', noConnection);
    stage.removeEndpoint('a');
    stage.setEndpoint(endpoint('a'));
    stage.commit('a', 'call-1');
    assert.deepEqual(stage.underWay, ['a:2']);
  });

  it('that nobody ever named keeps what it is owed in the store', () => {
    const stage = new EngineStage();
    stage.commit('nobody', 'call-1');
    assert.deepEqual(stage.noticed('stray'), ['1']);
    assert.equal(stage.outbox.owed('nobody').length, 1);
  });
});

describe('giving up', () => {
  it('comes after three days of retries, not earlier', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1');
    stage.end('a:1', status(400));
    const failing = (): ReturnType<typeof status> => status(400);
    stage.pass(72 * hour - 1, failing);
    assert.deepEqual(stage.noticed('lost'), []);
    stage.pass(hour, failing);
    assert.deepEqual(stage.noticed('lost'), ['1']);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('of an event that goes on alone takes about 35 attempts', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'good', 'bad');
    const outcome = (attempt: string) => (attempt === 'a:2' ? status(400) : ok);
    stage.end('a:1', ok);
    stage.end('a:2', status(400));
    for (let n = 0; n < 72 * 60 + 1; n += 1) {
      stage.commit('a', 'good');
      for (const attempt of stage.underWay) stage.end(attempt, outcome(attempt));
      stage.pass(minute, outcome);
    }
    const attempts = stage.sent.filter((attempt) => attempt === 'a:2').length;
    assert.ok(attempts >= 30 && attempts <= 40, `${attempts} attempts`);
    assert.deepEqual(stage.noticed('lost'), ['2']);
  });

  it('does not hit events that are old because this process did not run', () => {
    const stage = new EngineStage();
    const at = stage.now.wall;
    for (let n = 0; n < 10; n += 1) stage.outbox.commit({ lane: `call-${n}`, at, endpointIds: ['a'] });
    stage.pass(96 * hour);
    stage.setEndpoint(endpoint('a'));
    stage.pass(30 * minute, () => noConnection);
    assert.deepEqual(stage.noticed('lost'), []);
    stage.pass(2 * minute, () => ok);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });
});
