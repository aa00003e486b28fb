import { accessKey, type ServerUnderTest } from '../programs/server.ts';
import type { AgentPhone, DeskReport } from '../peers/desk.ts';
import { atMost, type Figure } from '../report/figure.ts';
import type { Stage } from '../stage.ts';
import { pretty, type Summary, summarize } from '../statistics.ts';
import { type Benchmark, setUpSeconds } from './benchmark.ts';
import { collectedTable, type InUse, inUse } from './in-use.ts';
import { hangUp, hold, holdSeconds, number, settled } from './load.ts';
import type { Sizes } from './sizes.ts';

type Size = Sizes['agents'];

/** Turns before the first that counts. */
const warmUpShare = 0.2;
const slackMs = 30_000;

export const agents: Benchmark = {
  name: 'agents',
  title: 'From available to rung',
  how: ({ agents: size }) => [
    `${size.waiting.toLocaleString('en-US')} callers wait in one queue, in silence; ${size.agents} agents are away. ${size.rate} times a second one of them is set to available over the API, ${size.times} times, ${size.runs} times over.`,
    'The time runs from sending the request, in the program that plays their phones, to having read the INVITE. The phone is busy: the caller goes back to its place, the agent is away.',
    `Then, alone on the server, ${size.gone} callers, one after another, hang up while an agent is rung for them: from sending the BYE to having read the CANCEL at the phone.`,
  ],
  seconds: ({ agents: { waiting, runs, times, rate } }) =>
    setUpSeconds + 10 + holdSeconds(waiting) + ((runs + warmUpShare) * times) / rate,
  async run(stage, { agents: size }) {
    const { server, phones, desk } = await staff(stage, size);
    const caller = await stage.caller();
    const before = await inUse('nobody waits', server);
    await hold(caller, server, { calls: size.waiting, rtpPorts: [9] });
    const during = await inUse(`${size.waiting.toLocaleString('en-US')} wait`, server);
    const ring = (times: number): Promise<DeskReport> =>
      desk.ask(
        'ring',
        { httpPort: server.httpPort, accessKey, phones, times, rate: size.rate },
        (times / size.rate) * 1000 + slackMs,
      );
    await ring(Math.ceil(size.times * warmUpShare));
    const runs = [];
    for (let n = 0; n < size.runs; n += 1)
      runs.push(await stage.measure(server, 'available to rung', () => ring(size.times)));
    await hangUp(caller);
    await settled(server);
    const gone = await stage.measure(server, 'callers gone', () => giveUp(stage, server, size.gone));
    const rung = runs.map(({ value }) => summarize(value.rungMs));
    return {
      figures: [...timeFigures(rung), ...goneFigures(gone.value), memoryFigure(before, during, size)],
      tables: [
        timesTable('From available to rung, each run, ms', rung),
        timesTable(
          'Of it, the answer of the API, ms',
          runs.map(({ value }) => summarize(value.apiMs)),
        ),
        collectedTable([before, during]),
      ],
      uses: [
        ...runs.map(({ use }, index) => ({ phase: `run ${index + 1}`, use })),
        { phase: 'callers gone', use: gone.use },
      ],
    };
  },
};

/** A server with a queue that is called at `number`, and agents who are away. */
async function staff(stage: Stage, size: Size) {
  const desk = await stage.desk();
  const port = await desk.ask('listen', undefined);
  const room = String(size.waiting + 2 * size.agents);
  const server = await stage.startServer({
    settings: {
      PARLEY_MAX_CALLS: room,
      PARLEY_MAX_CALLS_PER_CUSTOMER: room,
      PARLEY_RTP_TIMEOUT: '0',
      PARLEY_REQUEST_RATE: '1000',
    },
  });
  const phones: AgentPhone[] = [];
  for (let n = 0; n < size.agents; n += 1) {
    const user = `agent-${n}`;
    phones.push({ user, agentId: await server.api.agent(user, `sip:${user}@127.0.0.1:${port}`) });
  }
  await callsQueue(server);
  return { server, phones, desk };
}

/** A queue that is called at `number`; an agent who misses a caller is away. */
async function callsQueue(server: ServerUnderTest): Promise<void> {
  const queueId = await server.api.queue({
    wait_actions: [{ type: 'sleep', option: { duration: 3_600_000 } }],
    no_answer: { max: 1 },
  });
  const join = { type: 'queue_join', option: { queue_id: queueId } } as const;
  await server.api.number(number, [{ type: 'answer' }, join]);
}

/** The same queue, and one agent who is available. */
async function giveUp(stage: Stage, server: ServerUnderTest, times: number): Promise<readonly number[]> {
  const impatient = await stage.impatient();
  const port = await impatient.ask('listen', undefined);
  await server.api.available(await server.api.agent('impatient', `sip:impatient@127.0.0.1:${port}`));
  return await impatient.ask('giveUp', { sipPort: server.sipPort, number, times }, times * 100 + slackMs);
}

function timeFigures(runs: readonly Summary[]): Figure[] {
  const figure = (id: 'p50' | 'p99' | 'max', what: string): Figure => ({
    id,
    what: `From available to rung, ${what}`,
    unit: 'ms',
    values: runs.map((run) => run[id]),
  });
  return [
    { ...figure('p50', 'p50'), goal: atMost(5) },
    { ...figure('p99', 'p99'), goal: atMost(20) },
    figure('max', 'longest'),
  ];
}

function goneFigures(taken: readonly number[]): Figure[] {
  const { p50, p99 } = summarize(taken);
  const what = 'From the BYE of a caller to the CANCEL at the phone that is rung';
  return [
    { id: 'gone-p50', what: `${what}, p50`, unit: 'ms', values: [p50] },
    { id: 'gone-p99', what: `${what}, p99`, unit: 'ms', values: [p99], goal: atMost(50) },
  ];
}

function memoryFigure(before: InUse, during: InUse, { waiting }: Size): Figure {
  const values = [((during.heapsMb - before.heapsMb) * 1000) / waiting];
  return { id: 'memory', what: 'Memory of a waiting caller, heaps of all threads', unit: 'kB', values };
}

function timesTable(title: string, runs: readonly Summary[]) {
  return {
    title,
    columns: ['turns', 'p50', 'p90', 'p99', 'max'],
    rows: runs.map(({ count, p50, p90, p99, max }) => [String(count), ...[p50, p90, p99, max].map(pretty)]),
  };
}
