import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliveryLimits } from './delivery-limits.ts';
import { EngineStage, minute, noConnection, second, status } from './testing/engine-stage.ts';

const ok = status(204);

/** A stage whose endpoint `a` is known to work and may have many attempts under way. */
function workingStage(): EngineStage {
  const stage = new EngineStage('a');
  for (let n = 0; n < deliveryLimits.attemptsAtOnce; n += 1) stage.commit('a', 'warm-up');
  stage.endAll(ok);
  stage.sent.length = 0;
  return stage;
}

/** The first position that a working stage commits. */
const first = deliveryLimits.attemptsAtOnce + 1;
const name = (offset: number): string => `a:${first + offset}`;

describe('the order of deliveries', () => {
  it('sends an event of a new endpoint at once', () => {
    const stage = new EngineStage('a');
    stage.commit('a', 'call-1');
    assert.deepEqual(stage.underWay, ['a:1']);
  });

  it('sends the events of a lane one after another', () => {
    const stage = workingStage();
    stage.commit('a', 'call-1', 'call-1', 'call-1');
    assert.deepEqual(stage.underWay, [name(0)]);
    stage.end(name(0), ok);
    assert.deepEqual(stage.underWay, [name(1)]);
    stage.end(name(1), ok);
    assert.deepEqual(stage.underWay, [name(2)]);
  });

  it('sends lanes side by side', () => {
    const stage = workingStage();
    stage.commit('a', 'call-1', 'call-1', 'call-2', 'call-3');
    assert.deepEqual(stage.underWay, [name(0), name(2), name(3)]);
  });

  it('has no more attempts under way than the limit, and lanes take turns for them', () => {
    const stage = workingStage();
    const lanes = Array.from({ length: deliveryLimits.attemptsAtOnce + 2 }, (_, n) => `call-${n}`);
    stage.commit('a', 'call-0', ...lanes);
    assert.equal(stage.underWay.length, deliveryLimits.attemptsAtOnce);
    stage.end(name(0), ok);
    assert.equal(stage.underWay.at(-1), name(deliveryLimits.attemptsAtOnce + 1));
  });

  it('begins with one attempt and adds one with every success', () => {
    const stage = new EngineStage('a');
    stage.commit('a', '1', '2', '3', '4', '5', '6', '7');
    assert.equal(stage.underWay.length, 1);
    stage.end('a:1', ok);
    assert.equal(stage.underWay.length, 2);
    stage.end('a:2', ok);
    assert.equal(stage.underWay.length, 3);
  });

  it('does not make one endpoint wait for another', () => {
    const stage = new EngineStage('slow', 'quick');
    stage.commit('slow', 'call-1');
    stage.commit('quick', 'call-1', 'call-1');
    stage.end('quick:2', ok);
    stage.end('quick:3', ok);
    assert.deepEqual(stage.underWay, ['slow:1']);
  });

  it('settles what was answered with any 2xx and nothing else', () => {
    const stage = workingStage();
    for (const code of [200, 202, 299]) {
      stage.commit('a', `call-${code}`);
      stage.end(stage.underWay[0] ?? '', status(code));
      assert.deepEqual(stage.outbox.owed('a'), []);
    }
    for (const code of [301, 302, 304, 400, 404, 500]) {
      stage.commit('a', `call-${code}`);
      stage.end(stage.underWay[0] ?? '', status(code));
      assert.equal(stage.outbox.owed('a').at(-1)?.attempts, 1);
    }
  });
});

describe('an event that fails', () => {
  it('holds back the later ones of its lane, but no other lane', () => {
    const stage = workingStage();
    stage.commit('a', 'call-1', 'call-1', 'call-2');
    stage.end(name(0), status(500));
    assert.deepEqual(stage.underWay, [name(2)]);
  });

  it('is sent again after a random part of two seconds, then of four', () => {
    const stage = workingStage();
    stage.commit('a', 'call-1');
    stage.end(name(0), noConnection);
    stage.pass(999);
    assert.deepEqual(stage.underWay, []);
    stage.pass(1);
    stage.end(name(0), noConnection);
    stage.pass(1_999);
    assert.deepEqual(stage.underWay, []);
    stage.pass(1);
    assert.deepEqual(stage.underWay, [name(0)]);
  });

  it('lets the later ones pass when it has held them for a minute, and goes on alone', () => {
    const stage = workingStage();
    stage.commit('a', 'call-1', 'call-1', 'call-1');
    stage.end(name(0), status(500));
    passWhileOthersSucceed(stage, minute - second, name(0));
    assert.ok(!stage.sent.includes(name(1)));
    assert.deepEqual(stage.noticed('passed'), []);
    passWhileOthersSucceed(stage, second, name(0));
    assert.deepEqual(stage.noticed('passed'), [String(first)]);
    assert.ok(stage.sent.includes(name(1)));
    assert.ok(stage.sent.includes(name(2)));
    assert.equal(stage.outbox.owed('a').length, 1);
    stage.pass(10 * minute, () => ok);
    assert.deepEqual(stage.outbox.owed('a'), []);
  });

  it('does not hold its lane for ever when nothing comes after it', () => {
    const stage = workingStage();
    stage.commit('a', 'call-1');
    stage.end(name(0), status(500));
    passWhileOthersSucceed(stage, minute, name(0));
    stage.commit('a', 'call-1');
    assert.ok(stage.underWay.includes(`a:${first + 61}`));
  });

  it('never has two attempts of its lane under way, not even when it was passed', () => {
    const stage = workingStage();
    stage.commit('a', 'call-1', 'call-1', 'call-1');
    stage.end(name(0), status(500));
    passWhileOthersSucceed(stage, minute, name(0), name(1));
    const retry = 10 * minute;
    stage.pass(retry);
    const ofLane = stage.underWay.filter((attempt) => [name(0), name(1), name(2)].includes(attempt));
    assert.equal(ofLane.length, 1);
  });

  it('is stored as due when it is due, so that a restart goes on with its delays', () => {
    const stage = workingStage();
    stage.commit('a', 'call-1');
    stage.end(name(0), status(500));
    assert.equal(stage.outbox.owed('a')[0]?.nextAttemptAt, stage.now.wall + 1_000_000);
    stage.restart('a');
    stage.pass(999);
    assert.deepEqual(stage.underWay, []);
    stage.pass(1);
    assert.deepEqual(stage.underWay, [name(0)]);
  });

  it('still holds its lane after a restart, unless it had been passed', () => {
    const stage = workingStage();
    stage.fraction = 0.999;
    stage.commit('a', 'call-1');
    stage.end(name(0), status(500));
    passWhileOthersSucceed(stage, minute + 5 * second, name(0));
    assert.deepEqual(stage.noticed('passed'), [String(first)]);
    stage.commit('a', 'call-2', 'call-2');
    const [held = '', behindIt = ''] = stage.outbox
      .owed('a')
      .slice(1)
      .map(({ event }) => `a:${event.position}`);
    stage.end(held, status(500));
    stage.restart('a');
    stage.commit('a', 'call-1');
    stage.end(`a:${Number(behindIt.slice(2)) + 1}`, ok);
    assert.deepEqual(stage.underWay, []);
    stage.pass(2 * second, () => ok);
    assert.deepEqual(stage.sent.slice(-2), [held, behindIt]);
  });
});

/** An event of another lane succeeds every second, so the endpoint counts as working; `failing` ones fail. */
function passWhileOthersSucceed(stage: EngineStage, ms: number, ...failing: string[]): void {
  const outcome = (attempt: string) => (failing.includes(attempt) ? status(500) : ok);
  for (let passed = 0; passed < ms; passed += second) {
    stage.commit('a', 'other');
    for (const attempt of stage.underWay) stage.end(attempt, outcome(attempt));
    stage.pass(second, outcome);
  }
}
