import type { ServerUnderTest } from '../programs/server.ts';
import { atMost, type Figure } from '../report/figure.ts';
import type { Stage } from '../stage.ts';
import { sum } from '../statistics.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';
import { startAnswering } from './load.ts';
import type { Sizes } from './sizes.ts';
import {
  added,
  dial,
  dialSeconds,
  hangUpTalks,
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

const firstNumber = 10_000;
const numbersEachStep = 1_000;

interface Step {
  readonly what: string;
  /** For the names of figures. */
  readonly id: string;
  /** Members of all rooms. */
  readonly count: number;
  readonly windows: readonly TalkWindow[];
}

type Size = Sizes['rooms']['steps'][number];

export const rooms: Benchmark = {
  name: 'rooms',
  title: 'Conferences',
  how: ({ rooms: { steps, windows, window } }) => [
    `Conferences whose members all send G.711, 20 ms packets: ${steps.map(wordsOf).join(', ')}; ${windows} windows of ${window} s each.`,
    'In each room one speaks, packets with a number in their sound; the microphones of all others are open and silent, so that the number survives the mix.',
    'Ten further pairs of phones talk with each other directly meanwhile: added latency is the percentile of the ways through the room less that of the direct ones.',
  ],
  seconds: ({ rooms: size }) =>
    setUpSeconds +
    sum(size.steps.map((each) => dialSeconds(each.rooms * each.members) + listenSeconds(size) + 1)),
  async run(stage, { rooms: size }) {
    const { talker } = await startPhones(stage);
    const server = await startAnswering(stage);
    const steps: Step[] = [];
    for (const [index, each] of size.steps.entries()) {
      const numbers = await makeRooms(server, each, firstNumber + index * numbersEachStep);
      steps.push(await step(stage, server, talker, { each, numbers, size }));
    }
    return {
      figures: steps.flatMap(figuresOf),
      tables: [threadsTable('member', steps), waysTable(steps)],
      uses: steps.flatMap(({ what, windows }) =>
        windows.map(({ use }, index) => ({ phase: `${what} ${index + 1}`, use })),
      ),
    };
  },
};

function wordsOf({ rooms: count, members }: Size): string {
  return `${count} of ${members}`;
}

async function step(
  stage: Stage,
  server: ServerUnderTest,
  talker: Talker,
  {
    each,
    numbers,
    size,
  }: { readonly each: Size; readonly numbers: readonly string[]; readonly size: Sizes['rooms'] },
): Promise<Step> {
  const calls = each.rooms * each.members;
  await dial(talker, server, { numbers, calls, speaks: 'first' });
  const what = `rooms: ${wordsOf(each)}`;
  const ears = calls - each.rooms;
  const windows = await listen(stage, server, talker, { what, ears, size });
  await hangUpTalks(talker, server);
  return { what, id: `${each.rooms}x${each.members}`, count: calls, windows };
}

/** Conferences with a number each; resolves with the numbers. */
async function makeRooms(
  server: ServerUnderTest,
  { rooms: count }: Size,
  first: number,
): Promise<readonly string[]> {
  const numbers = Array.from({ length: count }, (_, n) => String(first + n));
  for (const each of numbers) {
    const id = await server.api.conference(each);
    await server.api.number(each, [{ type: 'conference_join', option: { conference_id: id } }]);
  }
  return numbers;
}

function figuresOf({ what, id: step, count, windows }: Step): Figure[] {
  const heard = windows.map(({ report }) => report.server);
  const [due, lost] = [sum(heard.map((each) => each.due)), sum(heard.map(lostBy))];
  const figure = (id: string, words: string, unit: string, read: (window: TalkWindow) => number): Figure => ({
    id: `${id}-${step}`,
    what: `${words}, ${what}`,
    unit,
    values: windows.map(read),
  });
  return [
    figure('cpu', 'CPU per member', '% of a core', (window) => percentEach(window, count)),
    figure('p50', 'Added latency, p50', 'ms', (window) => added(window, 'p50')),
    figure('p99', 'Added latency, p99', 'ms', (window) => added(window, 'p99')),
    {
      id: `lost-${step}`,
      what: `Packets lost of ${due.toLocaleString('en-US')}, ${what}`,
      unit: '',
      values: [lost],
      goal: atMost(0),
    },
  ];
}
