import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionInput } from '@parley/contract';
import { atMost, type Figure } from '../report/figure.ts';
import type { Stage } from '../stage.ts';
import { median, sum } from '../statistics.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';
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
  type TalkWindow,
  threadsTable,
  waysTable,
} from './talking.ts';

interface Scene {
  readonly what: string;
  readonly count: number;
  readonly windows: readonly TalkWindow[];
  /** Of all files together, while the windows lasted. */
  readonly bytesPerSecond: number;
}

export const recording: Benchmark = {
  name: 'recording',
  title: 'Recording',
  how: ({ recording: { calls, windows, window } }) => [
    `${calls} bridged calls that talk, G.711 both ways, first on a server where none is recorded, then on one where the flow begins with recording_start; ${windows} windows of ${window} s each.`,
    'What is recorded is mixed at the tick in place of being sent on as it comes: that is part of what recording adds.',
    'Listened to when the buffers of the mix have settled: about two seconds after the start they leave out a packet or two of each stream, once, to take back delay.',
    'Bytes: how much the recordings grow, 16 bit stereo.',
  ],
  seconds: ({ recording: size }) => 2 * (setUpSeconds + dialSeconds(size.calls) + listenSeconds(size)),
  async run(stage, { recording: size }) {
    const plain = await play(stage, size, `${size.calls} calls, none recorded`, []);
    const recorded = await play(stage, size, `${size.calls} calls, all recorded`, [
      { type: 'recording_start' },
    ]);
    const scenes = [plain, recorded];
    return {
      figures: figuresOf(plain, recorded),
      tables: [threadsTable('bridged call', scenes), waysTable(scenes)],
      uses: scenes.flatMap(({ what, windows }) =>
        windows.map(({ use }, index) => ({ phase: `${what} ${index + 1}`, use })),
      ),
    };
  },
};

async function play(
  stage: Stage,
  size: Sizes['recording'],
  what: string,
  first: readonly ActionInput[],
): Promise<Scene> {
  const { talker, connect } = await startPhones(stage);
  const dataDir = stage.dataDir();
  const server = await startAnswering(stage, [{ type: 'answer' }, ...first, connect], dataDir);
  await dial(talker, server, { numbers: [number], calls: size.calls, speaks: 'all' });
  const [before, began] = [bytesIn(dataDir), performance.now()];
  const windows = await listen(stage, server, talker, { what, ears: 2 * size.calls, size });
  const grown = bytesIn(dataDir) - before;
  const seconds = (performance.now() - began) / 1000;
  await stage.endPeer(talker);
  await stage.stopServer(server);
  if (first.length > 0 && grown === 0) throw new Error('nothing was recorded');
  return { what, count: size.calls, windows, bytesPerSecond: grown / seconds };
}

/** Of all recordings in a server's data. */
function bytesIn(dataDir: string): number {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  return sum(files.filter((file) => file.endsWith('.wav')).map((file) => statSync(join(dataDir, file)).size));
}

function figuresOf(plain: Scene, recorded: Scene): Figure[] {
  const percent = ({ windows, count }: Scene): readonly number[] =>
    windows.map((window) => percentEach(window, count));
  const { count, windows, bytesPerSecond } = recorded;
  const unit = '% of a core';
  const without = median(percent(plain));
  const lost = sum(windows.map(({ report }) => lostBy(report.server)));
  const due = sum(windows.map(({ report }) => report.server.due));
  return [
    {
      id: 'cpu-plain',
      what: `CPU per bridged call, ${count} at once, none recorded`,
      unit,
      values: percent(plain),
    },
    { id: 'cpu', what: 'The same, all recorded', unit, values: percent(recorded) },
    {
      id: 'cpu-added',
      what: 'CPU that recording adds per call',
      unit,
      values: percent(recorded).map((each) => each - without),
    },
    {
      id: 'bytes',
      what: 'Written per second and recorded call',
      unit: 'bytes',
      values: [bytesPerSecond / count],
    },
    {
      id: 'p50',
      what: 'Added latency of a recorded call, p50',
      unit: 'ms',
      values: windows.map((window) => added(window, 'p50')),
    },
    {
      id: 'p99',
      what: 'Added latency of a recorded call, p99',
      unit: 'ms',
      values: windows.map((window) => added(window, 'p99')),
    },
    {
      id: 'lost',
      what: `Packets of recorded calls lost, of ${due.toLocaleString('en-US')}`,
      unit: '',
      values: [lost],
      goal: atMost(0),
    },
  ];
}
