import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { beginClock, clockWakeAt, parseSessionExpires, passClock } from './session-expiry.ts';

test('an interval and who refreshes, in any case, with what else a peer adds', () => {
  assert.deepEqual(parseSessionExpires('1800'), { intervalS: 1800 });
  assert.deepEqual(parseSessionExpires(' 90 ; refresher=UAC;x=y'), { intervalS: 90, refresher: 'uac' });
  assert.deepEqual(parseSessionExpires('90;refresher=nobody'), { intervalS: 90 });
  for (const value of ['', 'soon', '-1', '90;=', '12345678901']) {
    assert.equal(parseSessionExpires(value), undefined, value);
  }
});

test('whoever refreshes, the clock always runs, refreshes in time, and ends before the interval does', () => {
  const intervals = fc.integer({ min: 1, max: 86_400 });
  fc.assert(
    fc.property(intervals, fc.boolean(), fc.integer({ min: 0, max: 1e9 }), (intervalS, ours, begin) => {
      let clock = beginClock(intervalS, ours, begin);
      let refreshes = 0;
      for (let now = clockWakeAt(clock); ; now = clockWakeAt(clock)) {
        const passed = passClock(clock, now);
        clock = passed.clock;
        if (passed.due === 'end') {
          assert.ok(now > begin && now < begin + intervalS * 1000);
          break;
        }
        assert.equal(passed.due, 'refresh');
        assert.ok(clockWakeAt(clock) > now, 'the next moment is a later one');
        refreshes += 1;
      }
      assert.equal(refreshes > 0, ours);
    }),
    { numRuns: 300 },
  );
});
