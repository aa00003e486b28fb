import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Activeflow, Call, LoggedEvent } from '@parley/contract';
import { allTold } from './harness/call-log.ts';
import { SeededRandom } from './harness/seeded-random.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { startSipp } from './harness/sipp.ts';
import { scene, type Stage } from './harness/stage.ts';
import { callOf, type Told, type WebhookReceiver } from './harness/webhook-receiver.ts';

const calls = 200;
const rounds = 3;

const answerAndTalk = [
  { type: 'answer' },
  { type: 'sleep', option: { duration: 200 } },
  { type: 'talk', option: { text: 'Good morning.' } },
  { type: 'sleep', option: { duration: 60_000 } },
];

describe('a server that is killed in the middle of two hundred calls', () => {
  scene(
    'tells of every call that it had begun exactly one end, in order, after its next start',
    async (stage) => {
      const seed = Number(process.env['E2E_SEED'] ?? Date.now() % 1_000_000_007);
      console.log(`E2E_SEED=${seed}`);
      const random = new SeededRandom(seed);
      const receiver = await stage.receiver();
      let server = await stage.server({ receiver });
      await server.number('1000', answerAndTalk);
      for (let round = 1; round <= rounds; round += 1) {
        // An answered call tells six events before the caller's end, the last call comes after four seconds.
        const moment = 50 + random.below(calls * 5);
        const answered = await killDuringCalls(stage, server, receiver, { round, moment });
        const { dataDir } = server;
        server = await stage.server({ dataDir });
        const log = await server.api.events();
        const left = server.program.stdout.entries.find((line) => line.includes('have been ended')) ?? '';
        console.log(
          `round ${round}: killed at event ${moment}; ${answered.length} callers had their 200;${left}`,
        );
        await allTold(receiver, log);
        assertNothingLost(receiver, log, answered);
        await assertNothingDangles(server);
      }
    },
    { timeoutMs: 150_000 },
  );
});

/** Kills it once the receiver has heard so many events of the round; who had been told that they are answered. */
async function killDuringCalls(
  stage: Stage,
  server: ServerProcess,
  receiver: WebhookReceiver,
  { round, moment }: { round: number; moment: number },
): Promise<string[]> {
  const before = receiver.deliveries.entries.length;
  const sipp = await startSipp(stage, server, {
    scenario: 'caller-hangs-up.xml',
    callers: `round${round}`,
    number: '1000',
    calls,
    rate: 50,
    talkMs: 1500,
  });
  await receiver.deliveries.when(
    `event ${moment} of round ${round}`,
    ({ length }) => (length >= before + moment ? true : undefined),
    30_000,
  );
  await server.kill();
  sipp.program.kill();
  await sipp.end();
  return callersAnswered(await sipp.messages());
}

/** Whom SIPp has seen a 200 for, by its own record. */
function callersAnswered(messages: string): string[] {
  const answers = messages
    .split(/^-{10,}.*$/m)
    .filter((text) => /^SIP\/2\.0 200 /m.test(text) && /^CSeq: 1 INVITE/m.test(text));
  return answers.map((text) => /^From: .*<sip:([^@]+)@/m.exec(text)?.[1] ?? `nobody in ${text}`);
}

function assertNothingLost(
  receiver: WebhookReceiver,
  log: readonly LoggedEvent[],
  answered: readonly string[],
): void {
  const taken = receiver.taken();
  const logged = new Map(log.map((event) => [event.id, event]));
  for (const { webhookId, event } of receiver.deliveries.entries) {
    const { type, data } = logged.get(webhookId) ?? {};
    assert.deepEqual(event, { type, data }, 'what left the process is in the log, and never changes');
  }
  assert.equal(taken.length, log.length);

  const lanes = lanesOf(log);
  const told = lanesOf(taken.map(({ event }) => event));
  assert.deepEqual([...told.keys()].sort(), [...lanes.keys()].sort());
  for (const [lane, events] of lanes) assert.deepEqual(told.get(lane), events, `order in ${lane}`);
  for (const events of lanes.values()) assertEndsOnce(events);

  const callersInLog = new Set(
    log.flatMap(({ type, data }) => (type === 'call_answered' ? [(data as Call).source.target] : [])),
  );
  const unknown = answered.filter((caller) => !callersInLog.has(caller));
  assert.deepEqual(unknown, [], 'callers who heard a 200 that nobody remembers');
}

/** Events by call, in their order. */
function lanesOf(events: readonly Told[]): Map<string, Told[]> {
  const lanes = new Map<string, Told[]>();
  for (const { type, data } of events) {
    const lane = callOf({ type, data }) ?? '';
    lanes.set(lane, [...(lanes.get(lane) ?? []), { type, data }]);
  }
  return lanes;
}

function assertEndsOnce(events: readonly Told[]): void {
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  for (const [begin, end] of [
    ['call_created', 'call_hungup'],
    ['activeflow_created', 'activeflow_deleted'],
  ] as const) {
    assert.deepEqual(
      [count(begin), count(end)],
      [1, 1],
      `${begin} and ${end} in ${events.map(({ type }) => type).join(', ')}`,
    );
  }
}

async function assertNothingDangles(server: ServerProcess): Promise<void> {
  const rows = await server.api.calls();
  assert.deepEqual(
    rows.filter(({ status, tm_hangup }) => status !== 'hangup' || tm_hangup.startsWith('9999')),
    [],
  );
  const flows: readonly Activeflow[] = await server.api.activeflows();
  assert.deepEqual(flows, []);
  assert.equal(await server.api.metric('parley_calls_live'), 0);
}
