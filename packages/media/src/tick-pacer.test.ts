import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { TickPacer } from './tick-pacer.ts';

describe('the tick pacer', () => {
  it('asks for a tick every 20 ms after the start', () => {
    const pacer = new TickPacer(100);
    assert.equal(pacer.nextAt, 120);
    assert.deepEqual(pacer.due(119.9), { skipped: 0, ticks: 0 });
    assert.deepEqual(pacer.due(120), { skipped: 0, ticks: 1 });
    assert.deepEqual(pacer.due(139), { skipped: 0, ticks: 0 });
    assert.deepEqual(pacer.due(161), { skipped: 0, ticks: 2 });
    assert.equal(pacer.nextAt, 180);
  });

  it('does not drift however late it is asked', () => {
    const late = fc.array(fc.double({ min: 0, max: 90, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(late, (lateness) => {
        const pacer = new TickPacer(0);
        let ticks = 0;
        let now = 0;
        for (const late of lateness) {
          now = pacer.nextAt + late;
          const due = pacer.due(now);
          assert.equal(due.skipped, 0);
          ticks += due.ticks;
        }
        assert.equal(ticks, Math.floor(now / 20));
      }),
    );
  });

  it('makes up for ten ticks at most and leaves the others out', () => {
    const pacer = new TickPacer(0);
    assert.deepEqual(pacer.due(1000), { skipped: 40, ticks: 10 });
    assert.deepEqual(pacer.due(1020), { skipped: 0, ticks: 1 });
  });

  it('gives the first tick at or after a time', () => {
    const pacer = new TickPacer(0);
    assert.deepEqual(
      [0, 20, 20.1, 40, 55].map((at) => pacer.tickAt(at)),
      [20, 20, 40, 40, 60],
    );
  });

  it('reports how late legs were served, each time since the last report', () => {
    const pacer = new TickPacer(0);
    pacer.noteWork(20, 21);
    pacer.noteWork(40, 43);
    assert.deepEqual(pacer.takeLateness(), { mean: 2, max: 3 });
    assert.deepEqual(pacer.takeLateness(), { mean: 0, max: 0 });
    assert.equal(pacer.skipped, 0);
    pacer.noteWork(60, 360);
    assert.equal(pacer.skipped, 6);
  });
});
