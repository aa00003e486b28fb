import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Script } from './script.ts';

const one = { kind: 'key', digit: '1' };
const two = { kind: 'key', digit: '2' };

describe('the script of a call', () => {
  it('does nothing before the answer, and nothing when it is empty', () => {
    const script = new Script('1', false);
    assert.equal(script.dueAt(), undefined);
    assert.equal(script.next(1_000_000), undefined);
    const empty = new Script('', false);
    empty.begin(0);
    assert.equal(empty.dueAt(), undefined);
  });

  it('waits until what is said has paused for long enough to have been noticed', () => {
    const script = new Script('1', false);
    script.begin(1_000);
    script.heardSound(1_500);
    script.heardSound(3_000);
    assert.equal(script.next(3_899), undefined);
    assert.deepEqual(script.next(3_900), one);
  });

  it('waits six seconds for a first word', () => {
    const script = new Script('1', false);
    script.begin(0);
    assert.equal(script.next(5_999), undefined);
    assert.deepEqual(script.next(6_000), one);
  });

  it('waits a shorter time after a key, when nothing is said to it', () => {
    const script = new Script('12', false);
    script.begin(0);
    assert.deepEqual(script.next(6_000), one);
    assert.equal(script.dueAt(), undefined);
    script.done(6_200);
    assert.equal(script.next(7_699), undefined);
    assert.deepEqual(script.next(7_700), two);
  });

  it('does not take what was heard before a key for the reaction to it', () => {
    const script = new Script('12', false);
    script.begin(0);
    script.heardSound(3_000);
    script.next(6_000);
    script.done(6_200);
    script.heardSound(6_100);
    assert.equal(script.dueAt(), 7_700);
    script.heardSound(7_000);
    assert.equal(script.dueAt(), 7_900);
  });

  it('does not wait for ever for music to pause', () => {
    const script = new Script('1', false);
    script.begin(0);
    for (let at = 100; at < 15_000; at += 100) {
      script.heardSound(at);
      assert.equal(script.next(at), undefined);
    }
    assert.deepEqual(script.next(15_000), one);
  });

  it('ends with the sound', () => {
    const script = new Script('1', true);
    script.begin(0);
    script.next(6_000);
    script.done(6_000);
    assert.deepEqual(script.next(7_500), { kind: 'sound' });
    script.done(9_000);
    assert.equal(script.dueAt(), undefined);
  });
});
