import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Heard } from '../peers/talks.ts';
import { summarize } from '../statistics.ts';
import { added, lostBy, percentEach, type TalkWindow, waysTable } from './talking.ts';

function heard(latencies: readonly number[], counts: Partial<Heard> = {}): Heard {
  const latency = summarize(latencies);
  const none = { ears: 2, due: 0, heard: 0, lost: 0, dropped: 0, droppedByServer: 0, twice: 0, strange: 0 };
  return { ...none, latency, unevenness: latency, ...counts };
}

function windowOf(server: Heard): TalkWindow {
  const threads = Object.fromEntries(
    ['MainThread', 'store', 'parley-media'].map((name) => [name, { cpuMs: 10, waitMs: 0 }]),
  );
  return {
    report: { server, direct: heard([1, 1, 2]), lag: summarize([0]) },
    use: { ms: 1_000, processes: [{ name: 'server', cpuMs: 300, threads }], othersMs: 0, stolenMs: 0 },
  };
}

it('packets that the phones were too slow to fetch are not lost by the server, those it was too slow for are', () => {
  assert.equal(lostBy(heard([], { lost: 5, dropped: 2, droppedByServer: 3 })), 3);
  assert.equal(lostBy(heard([], { lost: 1, dropped: 2 })), 0);
});

it('added latency is what the way through the server takes longer than the direct one', () => {
  const window = windowOf(heard([3, 4, 9]));
  assert.deepEqual([added(window, 'p50'), added(window, 'p99')], [3, 7]);
});

it('the share of one call is that of the whole server', () => {
  assert.equal(percentEach(windowOf(heard([])), 10), 3);
});

it('packets of several windows are added up, and their times are the median', () => {
  const windows = [1, 2, 6].map((ms) => windowOf(heard([ms], { due: 1_000, lost: ms })));
  const [row = []] = waysTable([{ what: 'some', windows }]).rows;
  assert.deepEqual(row.slice(0, 6), ['some', '3,000', '9', '0', '0', '2.00']);
});
