import type { Figure } from '../report/figure.ts';
import type { Phase } from '../report/outcome.ts';
import type { Stage } from '../stage.ts';
import { pretty, type Summary, summarize } from '../statistics.ts';
import { type CpuUse, serverTime } from '../machine/cpu-meter.ts';
import type { CallReport } from '../peers/caller.ts';
import type { SippResult } from '../programs/sipp.ts';
import { type Benchmark, type Findings, setUpSeconds } from './benchmark.ts';
import { callAndTime, callFor, holdMs, number, receiveFrom, settled, startAnswering } from './load.ts';
import type { Sizes } from './sizes.ts';

/** Calls a second of ours, beside those of SIPp. */
const probeRate = 10;

/** A step counts as sustained when nothing failed, nearly nothing had to be sent twice, and answers came in time. */
const bounds = { retransmitted: 0.001, p99Ms: 100, reached: 0.97 } as const;

interface Step {
  readonly rate: number;
  readonly sipp: SippResult;
  readonly probe: CallReport;
  readonly answer: Summary;
  readonly use: CpuUse;
  readonly problems: readonly string[];
}

export const rates: Benchmark = {
  name: 'rates',
  title: 'Calls a second',
  how: ({ rates: { step } }) => [
    `SIPp as in \`calls\`, webhooks delivered, at rising rates for ${step} s each, until the server or the generator cannot follow.`,
    `${probeRate} calls a second are made by a caller of our own, to time the answers: SIPp's clock is too coarse for that.`,
    `Sustained: no call failed, at most ${bounds.retransmitted * 100} % was sent twice, the p99 of the answers is at most ${bounds.p99Ms} ms.`,
  ],
  seconds: ({ rates: { warmUp, steps, step } }) => setUpSeconds + warmUp + steps.length * (step + 2),
  run: (stage, sizes) => climb(stage, sizes.rates),
};

async function climb(stage: Stage, size: Sizes['rates']): Promise<Findings> {
  const server = await startAnswering(stage);
  const receiver = await receiveFrom(stage, server);
  const caller = await stage.caller();
  await callFor(stage, server, { rate: 100, seconds: size.warmUp, receiver });
  const steps: Step[] = [];
  for (const rate of size.steps) {
    const seconds = size.step;
    const { value, use } = await stage.measure(server, `${rate} calls/s`, () =>
      Promise.all([
        stage.sipp({
          sipPort: server.sipPort,
          number,
          rate: rate - probeRate,
          calls: (rate - probeRate) * seconds,
          holdMs,
        }),
        callAndTime(caller, server, { rate: probeRate, seconds }),
      ]),
    );
    const [sipp, probe] = value;
    steps.push(stepOf({ rate, sipp, probe, use }, seconds));
    await settled(server, receiver);
    if ((steps.at(-1)?.problems.length ?? 0) > 0) break;
  }
  await stage.stopServer(server);
  await Promise.all([stage.endPeer(receiver), stage.endPeer(caller)]);
  return findingsOf(steps);
}

function stepOf(step: Omit<Step, 'answer' | 'problems'>, seconds: number): Step {
  const { sipp, probe, rate } = step;
  const answer = summarize(probe.answeredMs);
  const wanted = (rate - probeRate) * seconds;
  const ideal = seconds + holdMs / 1000;
  const problems = [
    ...(sipp.failed + probe.failed > 0 ? [`${sipp.failed + probe.failed} failed`] : []),
    ...(sipp.retransmissions > wanted * bounds.retransmitted ? [`${sipp.retransmissions} sent twice`] : []),
    ...(answer.p99 > bounds.p99Ms ? ['late answers'] : []),
    ...(sipp.seconds > ideal / bounds.reached + 1 ? [`took ${pretty(sipp.seconds)} s`] : []),
  ];
  return { ...step, answer, problems };
}

function findingsOf(steps: readonly Step[]): Findings {
  const good = steps.filter(({ problems }) => problems.length === 0);
  const figures: Figure[] = [
    {
      id: 'rate',
      what: `Calls a second sustained, webhooks delivered${good.length === steps.length ? ' (the highest tried)' : ''}`,
      unit: 'calls/s',
      values: [good.at(-1)?.rate ?? 0],
    },
  ];
  const rows = steps.map(({ rate, sipp, probe, answer, use, problems }) => [
    String(rate),
    pretty(answer.p50),
    pretty(answer.p99),
    pretty(answer.max),
    String(sipp.failed + probe.failed),
    String(sipp.retransmissions),
    pretty(serverTime(use).all / (sipp.succeeded + probe.ended)),
    problems.length === 0 ? 'sustained' : problems.join(', '),
  ]);
  const columns = ['calls/s', 'answer p50 ms', 'p99', 'max', 'failed', 'sent twice', 'CPU-ms per call', ''];
  const uses: Phase[] = steps.map(({ rate, use }) => ({ phase: `${rate} calls/s`, use }));
  return { figures, tables: [{ title: 'Rising rates, webhooks delivered', columns, rows }], uses };
}
