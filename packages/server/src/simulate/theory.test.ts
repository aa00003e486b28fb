import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QueueFigures } from '@parley/contract';
import type { DayFile } from './day-file.ts';
import { type DayReport, reportDays } from './day-report.ts';

const hours = 7;
const talkS = 30;
const agents = 8;

/** One queue with the same callers hour after hour, and agents who do nothing else and answer at once. */
async function live(callsPerHour: number, more: Partial<DayFile['queues'][number]> = {}): Promise<DayReport> {
  const rates = Array.from({ length: hours }, (_, hour) => [String(hour).padStart(2, '0'), callsPerHour]);
  return await reportDays({
    day: {
      queues: [
        {
          name: 'theory',
          calls_per_hour: Object.fromEntries(rates),
          talk_seconds: { mean: talkS },
          // Whoever has waited for no longer was rung for, and did not wait.
          service_level_seconds: 1,
          ...more,
        },
      ],
      teams: [
        { name: 'all', agents, from: '00:00', until: '24:00', habits: { answer_seconds: { fixed: 0 } } },
      ],
    },
    seeds: [20_260_302],
  });
}

/** Erlang C: the probability that somebody who comes has to wait, with that load in erlang. */
function erlangC(load: number, servers: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) blocked = (load * blocked) / (n + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** Erlang A (M/M/n+M) from its birth and death rates, all per second: who waits, who gives up, how many wait on average. */
function erlangA(arrivals: number, service: number, servers: number, patience: number) {
  const states: number[] = [1];
  for (let n = 1; n < 2_000; n += 1) {
    const deaths = Math.min(n, servers) * service + Math.max(0, n - servers) * patience;
    states.push(((states[n - 1] ?? 0) * arrivals) / deaths);
  }
  const sum = states.reduce((total, each) => total + each, 0);
  const waiting = states.reduce((total, each, n) => total + Math.max(0, n - servers) * each, 0) / sum;
  const wait = states.slice(servers).reduce((total, each) => total + each, 0) / sum;
  return { wait, abandons: (waiting * patience) / arrivals, meanWaitS: waiting / arrivals };
}

function assertNear(measured: number, expected: number, tolerance: number, what: string): void {
  const text = `${what}: ${measured.toFixed(4)} measured, ${expected.toFixed(4)} by theory`;
  assert.ok(Math.abs(measured - expected) <= tolerance * expected, text);
}

/** Of all who came. */
function meanWaitS({ total_waittime: waited, incoming_count: came }: QueueFigures): number {
  return waited / came / 1000;
}

describe('a simulated queue, against theory', () => {
  for (const load of [5, 6.4]) {
    it(`agrees with Erlang C at ${load} erlang for ${agents} agents: who waits, and for how long`, async () => {
      const arrivals = load / talkS;
      const { allQueues: figures } = await live(arrivals * 3600);
      const spare = agents / talkS - arrivals;
      const waits = erlangC(load, agents);
      const { answered_within_count: atOnce } = figures.service_level;
      assert.ok(figures.incoming_count > 4_000);
      assert.equal(figures.answered_count, figures.incoming_count, 'whoever does not give up is served');
      assertNear(
        1 - atOnce / figures.answered_count,
        waits * Math.exp(-spare),
        0.12,
        'waits for over a second',
      );
      // Ringing takes a fifteenth of a second, which is no waiting.
      assertNear(meanWaitS(figures) - 0.066, waits / spare, 0.2, 'seconds of waiting');
      const share = figures.total_service_duration / 1000 / (agents * hours * 3600);
      assertNear(share, load / agents, 0.04, 'of the time talked');
    });
  }

  it(`agrees with Erlang A at 9 erlang for ${agents} agents: who gives up, and how long the line is`, async () => {
    const arrivals = 9 / talkS;
    const patienceS = 40;
    const { allQueues: figures } = await live(arrivals * 3600, { patience_seconds: { mean: patienceS } });
    const theory = erlangA(arrivals, 1 / talkS, agents, 1 / patienceS);
    assert.ok(figures.incoming_count > 7_000);
    assertNear(figures.abandonment_rate ?? 0, theory.abandons, 0.08, 'give up');
    assertNear(meanWaitS(figures), theory.meanWaitS, 0.1, 'seconds of waiting');
  });

  it('knows the formulas it is measured by', () => {
    assertNear(erlangC(5, 8), 0.1673, 0.001, 'Erlang C of 5 erlang for 8');
    const patientA = erlangA(5 / 30, 1 / 30, 8, 1e-9);
    assertNear(patientA.wait, erlangC(5, 8), 0.001, 'with endless patience Erlang A is Erlang C');
  });
});
