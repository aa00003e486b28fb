import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { race } from './testing/races.ts';

const worlds = 500;
const first = 1;

describe('races in the same millisecond', () => {
  it('leave no agent stuck, no caller lost and nobody connected twice: 10,000 of them', async () => {
    const pairs = new Map<string, number>();
    const looked = { offers: 0, talks: 0, turns: 0, idle: 0 };
    for (let seed = first; seed < first + worlds; seed += 1) {
      const raced = await race(seed);
      assert.deepEqual(raced.violations, [], `seed ${seed}: race(${seed}) shows it again`);
      for (const [pair, count] of raced.pairs) pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      looked.offers += raced.looked.offers;
      looked.talks += raced.looked.talks;
      looked.turns += raced.looked.turns;
      looked.idle += raced.looked.idle;
    }
    for (const [rule, count] of Object.entries(looked)) assert.ok(count > 1_000, `${rule}: ${count}`);
    const wanted = [
      'answers + callerLeaves',
      'answers + answers',
      'answers + due',
      'answers + kick',
      'answers + offline',
      'answers + phoneGoes',
      'away + callerLeaves',
      'agentHangsUp + callerLeaves',
      'callerLeaves + kick',
      'available + oldRead',
      'calls + due',
      'agentKey + callerLeaves',
      'answers + moves',
      'due + moves',
      'available + finishes',
      'asksBack + callerLeaves',
      'answers + asksBack',
    ];
    for (const pair of wanted) assert.ok((pairs.get(pair) ?? 0) >= 20, `${pair}: ${pairs.get(pair) ?? 0}`);
  });

  it('go the same way again for the same seed', async () => {
    assert.deepEqual(await race(42), await race(42));
  });
});
