import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { liveDay, smallDay } from './testing/small-day.ts';

const main = fileURLToPath(new URL('testing/small-day.ts', import.meta.url));

describe("a call centre's day", () => {
  it('keeps every rule over a dozen seeds of people, habits and deaths', async () => {
    const sums = { served: 0, missed: 0, abandoned: 0 };
    for (let seed = 1; seed <= 12; seed += 1) {
      const { violations, looked, types, lost } = await liveDay(smallDay, seed);
      assert.deepEqual(violations, [], `seed ${seed}`);
      for (const [rule, count] of Object.entries(looked)) assert.ok(count > 0, `seed ${seed}: ${rule}`);
      assert.ok(lost < 20);
      sums.served += types.get('queuecall_serviced') ?? 0;
      sums.missed += types.get('queuecall_waiting') ?? 0;
      sums.abandoned += types.get('queuecall_abandoned') ?? 0;
    }
    assert.ok(sums.served > 1_200 && sums.missed > 60 && sums.abandoned > 400, JSON.stringify(sums));
  });

  it('is the same day again for the same seed, in another process too, and another for another', async () => {
    const [first, again, other] = [
      await liveDay(smallDay, 7),
      await liveDay(smallDay, 7),
      await liveDay(smallDay, 8),
    ];
    assert.equal(again.hash, first.hash);
    assert.notEqual(other.hash, first.hash);
    const { stdout } = await promisify(execFile)(process.execPath, [main, '7']);
    assert.equal(stdout.trim(), first.hash);
  });

  it('ends what was live when a process died, and loses nobody who calls later', async () => {
    const { types, lost, calls } = await liveDay(smallDay, 9);
    assert.equal(types.get('call_created'), types.get('call_hungup'));
    assert.equal(types.get('activeflow_created'), types.get('activeflow_deleted'));
    const ended = (types.get('queuecall_done') ?? 0) + (types.get('queuecall_abandoned') ?? 0);
    assert.equal(types.get('queuecall_created'), ended);
    assert.ok(calls > 250 && lost <= 5, `${lost} of ${calls} called while nobody was there`);
  });
});
