import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Reception, type PacketVerdict } from './reception.ts';

const SSRC = 7;

function receiveAll(reception: Reception, sequences: readonly number[], ssrc = SSRC): PacketVerdict[] {
  return sequences.map((sequence, n) =>
    reception.receive(ssrc, sequence & 0xffff, n * 160, 172, true, n * 20),
  );
}

describe('reception', () => {
  it('counts what is missing, doubled and late', () => {
    const reception = new Reception();
    const verdicts = receiveAll(reception, [10, 11, 13, 13, 16, 14]);
    assert.deepEqual(verdicts, ['new', 'new', 'new', 'duplicate', 'new', 'new']);
    assert.equal(reception.packets, 6);
    assert.equal(reception.bytes, 6 * 172);
    assert.equal(reception.duplicates, 1);
    assert.equal(reception.lost, 2);
    assert.equal(reception.streamLost, 1);
    assert.equal(reception.streamHighestSequence, 16);
  });

  it('goes on over the wrap of the sequence number', () => {
    const reception = new Reception();
    receiveAll(reception, [0xfffe, 0xffff, 0, 2, 1]);
    assert.equal(reception.lost, 0);
    assert.equal(reception.streamHighestSequence, 0x1_0002);
  });

  it('takes packets late from before the first one for what they are', () => {
    const reception = new Reception();
    receiveAll(reception, [0, 0xffff, 1]);
    assert.equal(reception.lost, 0);
    assert.equal(reception.duplicates, 0);
  });

  it('gives the fraction lost since the last report', () => {
    const reception = new Reception();
    receiveAll(reception, [1, 2, 3, 5]);
    assert.equal(reception.takeFractionLost(), Math.floor(256 / 5));
    receiveAll(reception, [6, 7, 8, 9]);
    assert.equal(reception.takeFractionLost(), 0);
    assert.equal(reception.takeFractionLost(), 0);
  });

  it('believes a jump once a second packet confirms it, and keeps the loss counted before', () => {
    const reception = new Reception();
    receiveAll(reception, [1, 3]);
    assert.deepEqual(receiveAll(reception, [20_000]), ['doubtful']);
    assert.deepEqual(receiveAll(reception, [4]), ['new']);
    assert.deepEqual(receiveAll(reception, [40_000, 40_001, 40_003]), ['doubtful', 'restarted', 'new']);
    assert.equal(reception.lost, 2);
    assert.equal(reception.streamLost, 1);
  });

  it('begins anew with a new SSRC at once', () => {
    const reception = new Reception();
    receiveAll(reception, [1, 2, 4]);
    assert.deepEqual(receiveAll(reception, [9, 10], 8), ['restarted', 'new']);
    assert.equal(reception.ssrc, 8);
    assert.equal(reception.lost, 1);
    assert.equal(reception.streamLost, 0);
  });

  it('has no jitter on an even stream, and nears the deviation of an uneven one', () => {
    const even = new Reception();
    receiveAll(
      even,
      Array.from({ length: 100 }, (_, n) => n),
    );
    assert.equal(even.jitterMs, 0);
    const uneven = new Reception();
    for (let n = 0; n < 500; n += 1) {
      uneven.receive(SSRC, n, n * 160, 172, true, n * 20 + (n % 2) * 10);
      // The same timestamp again and again is a key held down, not jitter.
      uneven.receive(SSRC, n, 0, 16, false, n * 20);
    }
    assert.ok(Math.abs(uneven.jitterMs - 10) < 0.1);
    assert.equal(uneven.streamJitter, Math.floor(uneven.jitterMs * 8));
  });

  it('is not shaken by the wrap of the timestamp', () => {
    const reception = new Reception();
    for (let n = 0; n < 50; n += 1) {
      reception.receive(SSRC, n, (0xffff_ff00 + n * 160) >>> 0, 172, true, 1e9 + n * 20);
    }
    assert.equal(reception.jitterMs, 0);
  });

  it('counts exactly, in whatever order packets come, lost and doubled', () => {
    const place = fc.record({
      copies: fc.integer({ min: 0, max: 3 }),
      delay: fc.integer({ min: 0, max: 20 }),
    });
    const places = fc.array(place, { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(places, fc.integer({ min: 0, max: 0xffff }), (fates, first) => {
        const arrivals = fates
          .flatMap(({ copies, delay }, n) => Array.from({ length: copies }, () => ({ n, at: n + delay })))
          .sort((a, b) => a.at - b.at)
          .map(({ n }) => n);
        const reception = new Reception();
        receiveAll(
          reception,
          arrivals.map((n) => first + n),
        );
        const distinct = new Set(arrivals);
        const span = arrivals.length === 0 ? 0 : Math.max(...arrivals) - Math.min(...arrivals) + 1;
        assert.equal(reception.lost, span - distinct.size);
        assert.equal(reception.duplicates, arrivals.length - distinct.size);
        assert.equal(reception.packets, arrivals.length);
      }),
    );
  });
});
