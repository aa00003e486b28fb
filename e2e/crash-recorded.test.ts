import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Confbridge, type Conference, nilId, notYet, type Recording } from '@parley/contract';
import { allTold, assertToldOnce } from './harness/call-log.ts';
import type { AnsweringCall } from './harness/phone/answering-call.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import { recordingFiles } from './harness/recording-file.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { has, hears } from './harness/sound/ear.ts';
import { levelAt } from './harness/sound/listening.ts';
import { type SoundFile, tone } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import { connectTo, tones } from './harness/talk.ts';
import { until } from './harness/until.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const talks = 100;

const none: SoundFile = { rate: 0, channels: [], ms: 0 };

/** Begun at a time: a burst that no carrier would be surprised by. */
const burst = 10;

interface Pair {
  readonly caller: PhoneCall;
  readonly callee: AnsweringCall;
}

/** Pairs of phones that talk, and of whom each caller is recorded. */
async function startTalks(stage: Stage, server: ServerProcess, receiver: WebhookReceiver): Promise<Pair[]> {
  const [from, to] = [await stage.phone(server), await stage.phone(server)];
  await server.number('1000', [{ type: 'answer' }, { type: 'recording_start' }, connectTo(to)]);
  const [high, low] = [await tone('PCMU', tones.caller, 1), await tone('PCMU', tones.callee, 1)];
  const pairs: Pair[] = [];
  while (pairs.length < talks) {
    const begun = pairs.length;
    const burstOf = Array.from({ length: burst }, async (_, n) => {
      const caller = await from.invite('1000', { codecs: ['PCMU'] });
      const callee = await (await to.rung(begun + n)).answer();
      await caller.answered();
      caller.sound.sing(high);
      callee.sound.sing(low);
      return { caller, callee };
    });
    pairs.push(...(await Promise.all(burstOf)));
  }
  await receiver.deliveries.when(`${talks} recordings`, (deliveries) => {
    const started = deliveries.filter(({ event }) => event.type === 'recording_started');
    return started.length === talks ? true : undefined;
  });
  return pairs;
}

async function assertNothingIsLeft({ api }: ServerProcess): Promise<void> {
  const calls = await api.calls();
  assert.equal(calls.length, 2 * talks);
  assert.deepEqual(
    calls.filter(
      (call) => call.status !== 'hangup' || call.tm_hangup === notYet || call.recording_id !== nilId,
    ),
    [],
  );
  assert.deepEqual(await api.activeflows(), []);
  assert.deepEqual(await api.pages<Conference>('/v1.0/conferences'), []);
  assert.deepEqual(await api.pages<Confbridge>('/v1.0/confbridges'), []);
  for (const { type, data } of await api.events()) {
    if (type !== 'conference_deleted') continue;
    const { confbridge_id: roomId } = data as Conference;
    const room = await api.get<Confbridge>(`/v1.0/confbridges/${roomId}`);
    assert.deepEqual([room.status, room.call_ids, room.recording_id], ['terminated', [], nilId]);
  }
  assert.equal(await api.metric('parley_calls_live'), 0);
  await until('nothing undelivered', async () => {
    const waiting = await api.metric('parley_webhook_waiting');
    return waiting + (await api.metric('parley_webhook_under_way')) === 0 ? true : undefined;
  });
}

/** Milliseconds that a recording lacks of the time before the kill. */
function missingIn(
  { status, tm_start: started, duration }: Recording,
  { ms, channels }: SoundFile,
  killedAt: number,
): number {
  assert.deepEqual([status, Math.round(ms), channels.length], ['ended', duration, 2]);
  const [left = new Int16Array(), right = new Int16Array()] = channels.map((samples) =>
    samples.subarray(-4000),
  );
  assert.ok(levelAt(tones.caller, left) > -20, 'the caller, to the end');
  assert.ok(levelAt(tones.callee, right) > -20, 'the callee, to the end');
  return killedAt - Date.parse(`${started.replace(' ', 'T')}Z`) - ms;
}

describe(`a server that is killed while ${talks} recorded pairs talk`, () => {
  scene(
    'has a file of each that plays to within a second, and ends everything once, after its next start',
    async (stage) => {
      const receiver = await stage.receiver();
      const first = await stage.server({ receiver });
      const pairs = await startTalks(stage, first, receiver);
      const [some] = pairs;
      assert.ok(some);
      for (let n = 0; n < 6; n += 1) await hears(some.caller.sound, 'the callee', has([tones.callee]));
      const killedAt = Date.now();
      await first.kill();
      for (const { caller, callee } of pairs) for (const { sound } of [caller, callee]) sound.hush();

      const server = await stage.server({ dataDir: first.dataDir });
      const log = await server.api.events();
      assertToldOnce(log, {
        call_created: 2 * talks,
        call_hungup: 2 * talks,
        activeflow_created: 2 * talks,
        activeflow_deleted: 2 * talks,
        conference_created: talks,
        conference_deleted: talks,
        groupcall_hangup: talks,
        recording_started: talks,
        recording_finished: talks,
      });
      await allTold(receiver, log);
      await assertNothingIsLeft(server);
      const recordings = await server.api.recordings();
      assert.equal(recordings.length, talks);
      const files = await recordingFiles(
        stage,
        server,
        recordings.map(({ id }) => id),
      );
      const missing = recordings.map((recording, n) => missingIn(recording, files[n] ?? none, killedAt));
      const [least, most] = [Math.min(...missing), Math.max(...missing)];
      const lack = `${talks} recordings lack ${least.toFixed()} to ${most.toFixed()} ms of the time before the kill`;
      console.log(lack);
      assert.ok(least > -1000 && most < 1000, lack);
    },
    { timeoutMs: 90_000 },
  );
});
