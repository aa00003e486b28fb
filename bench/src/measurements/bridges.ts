import type { ServerUnderTest } from '../programs/server.ts';
import { atMost, type Figure } from '../report/figure.ts';
import type { Stage } from '../stage.ts';
import { pretty, sum } from '../statistics.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';
import { bridgeMemory, bridgeMemorySeconds } from './bridge-memory.ts';
import { collectedTable } from './in-use.ts';
import { number, startAnswering } from './load.ts';
import type { Sizes } from './sizes.ts';
import {
  added,
  dial,
  dialSeconds,
  listen,
  listenSeconds,
  lostBy,
  percentEach,
  startPhones,
  type Talker,
  type TalkWindow,
  threadsTable,
  waysTable,
} from './talking.ts';

/** The size at which it was measured of others. */
const compared = 200;
const others =
  'Asterisk 22.11, built from source, on this machine earlier: 0.235 % at 200 calls; RustPBX: 0.076 to 0.14 %, taken over, not measured by us';

interface Step {
  readonly what: string;
  readonly calls: number;
  /** Bridged calls, for the tables. */
  readonly count: number;
  readonly windows: readonly TalkWindow[];
}

export const bridges: Benchmark = {
  name: 'bridges',
  title: 'Bridged calls',
  how: ({ bridges: { steps, windows, window, live, liveRuns } }) => [
    `A phone calls, the flow connects it with another, both talk: G.711, 20 ms packets, both ways; ${steps.join(', ')} such calls at once, ${windows} windows of ${window} s each.`,
    'All phones are one process. Every packet bears a number in its sound, and each number is looked for at the other end.',
    'Ten further pairs of phones talk with each other directly meanwhile: added latency is the percentile of the ways through the server less that of the direct ones.',
    `Memory: ${live} bridged calls that talk, against the same server before, garbage collected in all threads both times; ${liveRuns} times, each on a server of its own.`,
  ],
  seconds: ({ bridges: size }) =>
    setUpSeconds +
    dialSeconds(Math.max(...size.steps)) +
    size.steps.length * listenSeconds(size) +
    bridgeMemorySeconds(size),
  async run(stage, { bridges: size }) {
    const steps = await climb(stage, size);
    const memory = await bridgeMemory(stage, size);
    return {
      figures: [
        ...figuresOf(steps),
        { id: 'memory', what: 'Resident memory per live bridged call', unit: 'kB', values: memory.perCallKb },
        {
          id: 'memory-heap',
          what: 'Of it in the heaps of all threads',
          unit: 'kB',
          values: memory.heapPerCallKb,
        },
      ],
      tables: [threadsTable('bridged call', steps), waysTable(steps), collectedTable(memory.states)],
      uses: steps.flatMap(({ what, windows }) =>
        windows.map(({ use }, index) => ({ phase: `${what} ${index + 1}`, use })),
      ),
    };
  },
};

async function climb(stage: Stage, size: Sizes['bridges']): Promise<readonly Step[]> {
  const { talker, connect } = await startPhones(stage);
  const server = await startAnswering(stage, [connect]);
  const steps: Step[] = [];
  let open = 0;
  for (const calls of size.steps) {
    steps.push(await step(stage, server, talker, { open, calls, size }));
    open = calls;
  }
  await stage.endPeer(talker);
  await stage.stopServer(server);
  return steps;
}

async function step(
  stage: Stage,
  server: ServerUnderTest,
  talker: Talker,
  { open, calls, size }: { readonly open: number; readonly calls: number; readonly size: Sizes['bridges'] },
): Promise<Step> {
  await dial(talker, server, { numbers: [number], calls: calls - open, speaks: 'all' });
  const what = `${calls} bridged calls`;
  return {
    what,
    calls,
    count: calls,
    windows: await listen(stage, server, talker, { what, ears: 2 * calls, size }),
  };
}

function figuresOf(steps: readonly Step[]): Figure[] {
  const of = (step: Step, read: (window: TalkWindow) => number): readonly number[] => step.windows.map(read);
  const all = steps.flatMap(({ windows }) => windows.map(({ report }) => report.server));
  const [due, lost] = [sum(all.map((heard) => heard.due)), sum(all.map(lostBy))];
  return [
    ...steps.map((each): Figure => {
      const values = of(each, (window) => percentEach(window, each.calls));
      const figure = {
        id: `cpu-${each.calls}`,
        what: `CPU per bridged call, ${each.calls} at once`,
        unit: '% of a core',
      };
      return { ...figure, values, goal: atMost(0.15), ...(each.calls === compared && { others }) };
    }),
    {
      id: 'lost',
      what: `Packets lost by Parley, of ${due.toLocaleString('en-US')} in all windows`,
      unit: '',
      values: [lost],
      goal: atMost(0),
    },
    ...steps.flatMap((each): Figure[] => {
      const what = (name: string): string => `${name}, ${each.calls} bridged calls`;
      return [
        {
          id: `p50-${each.calls}`,
          what: what('Added latency, p50'),
          unit: 'ms',
          values: of(each, (w) => added(w, 'p50')),
        },
        {
          id: `p99-${each.calls}`,
          what: what('Added latency, p99'),
          unit: 'ms',
          values: of(each, (w) => added(w, 'p99')),
          goal: atMost(5),
        },
        {
          id: `jitter-${each.calls}`,
          what: what(`Jitter, p99 (of direct ways ${pretty(directJitter(each))})`),
          unit: 'ms',
          values: of(each, ({ report }) => report.server.unevenness.p99),
        },
      ];
    }),
  ];
}

function directJitter({ windows }: Step): number {
  return sum(windows.map(({ report }) => report.direct.unevenness.p99)) / windows.length;
}
