import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutated } from './harness/fuzz/mutations.ts';
import { type MessageSource, validMessage } from './harness/fuzz/valid-messages.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import { payloadTypes } from './harness/phone/sdp-text.ts';
import { header, tagIn } from './harness/phone/sip-text.ts';
import { bindUdp, closeUdp } from './harness/phone/wire.ts';
import { SeededRandom } from './harness/seeded-random.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { callWithSipp } from './harness/sipp.ts';
import { breaksOf, shareAt, soundOf, soundPackets } from './harness/sound/listening.ts';
import { decode, tone } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

const messages = 10_000;
const datagrams = 1_000_000;
const floodSeconds = 25;

/** At least so many have to get through the buffer of the socket, however busy the machine is. */
const leastRead = 50_000;

/**
 * How much more memory the process may hold after all of it than before: what V8 keeps of its heap once grown, and
 * buffers of the allocator. A leak of a hundred bytes per datagram would be about twice that.
 */
const memoryToleranceKb = 50_000;

const floodFile = fileURLToPath(new URL('./harness/fuzz/datagram-flood.ts', import.meta.url));

describe('a server that is fed garbage', () => {
  scene(
    'does not crash, does not grow, keeps its live call and goes on answering',
    async (stage) => {
      const seed = Number(process.env['E2E_SEED'] ?? Date.now() % 1_000_000_007);
      console.log(`E2E_SEED=${seed}`);
      const random = new SeededRandom(seed);
      const server = await stage.server({ settings: { PARLEY_RTP_PORTS: '22000-24999' } });
      await server.number('1000', [{ type: 'answer' }, { type: 'echo', option: { duration: 600_000 } }]);
      await server.number('1001', [{ type: 'sleep', option: { duration: 1000 } }]);
      await settle(stage, server);
      const before = server.residentKb();

      const live = await (await stage.phone(server)).invite('1000');
      await live.answered();
      await sendMutations(stage, server, random);
      await answersCalls(stage, server);
      await flood(stage, server, live, random);
      await answersCalls(stage, server);
      await assertEchoes(live);

      await until(
        'the end of all calls but one',
        async () => ((await liveCalls(server)) === 1 ? true : undefined),
        90_000,
      );
      await live.hangUp();
      await until('the end of all calls', async () => ((await liveCalls(server)) === 0 ? true : undefined));
      await settle(stage, server);
      const after = server.residentKb();
      console.log(`resident memory: ${before} kB before, ${after} kB after`);
      assert.ok(after - before < memoryToleranceKb, `grew by ${after - before} kB`);
      await assertAllEnded(server);
    },
    { timeoutMs: 240_000 },
  );
});

/** A load of calls brings the heap to the size that calls need. */
async function settle(stage: Stage, server: ServerProcess): Promise<void> {
  await callWithSipp(stage, server, { number: '1000', calls: 200, rate: 50, talkMs: 200 });
  await until('the end of the calls', async () => ((await liveCalls(server)) === 0 ? true : undefined));
}

async function liveCalls(server: ServerProcess): Promise<number> {
  return await server.api.metric('parley_calls_live');
}

async function answersCalls(stage: Stage, server: ServerProcess): Promise<void> {
  const call = await (await stage.phone(server)).invite('1000');
  await call.answered();
  await call.hangUp();
}

/** Messages that are nearly right, some of them within a call that is live. */
async function sendMutations(stage: Stage, server: ServerProcess, random: SeededRandom): Promise<void> {
  const victim = await (await stage.phone(server)).invite('1000');
  const answer = await victim.response(200);
  const socket = await bindUdp();
  socket.on('message', (bytes, from) => {
    const reply = agreement(bytes.toString('latin1'));
    if (reply !== undefined) socket.send(reply, from.port, from.address, () => undefined);
  });
  const source: MessageSource = {
    server: `127.0.0.1:${server.sipPort}`,
    contact: `127.0.0.1:${socket.address().port}`,
    // Most lead nowhere: the calls that come of it have to be few enough to leave room.
    numbers: [...Array.from({ length: 40 }, (_, n) => `47${n}`), '1000', '1001'],
    victim: {
      callId: header(answer, 'Call-ID'),
      localTag: tagIn(header(answer, 'From')),
      remoteTag: tagIn(header(answer, 'To')),
    },
  };
  const before = await server.api.metric('parley_sip_dropped_total');
  for (let sent = 0; sent < messages; sent += 100) {
    for (let n = 0; n < 99; n += 1) {
      const message = mutated(validMessage(random, source), random);
      socket.send(message, server.sipPort, '127.0.0.1', () => undefined);
    }
    const last = mutated(validMessage(random, source), random);
    await new Promise<void>((resolve) => socket.send(last, server.sipPort, '127.0.0.1', () => resolve()));
    // The next hundred when these have been read: whoever answers the API has come back from the socket.
    assert.equal((await server.api.ask('GET', '/ping')).status, 200);
  }
  stage.closing(() => closeUdp(socket));
  const dropped = (await server.api.metric('parley_sip_dropped_total')) - before;
  console.log(`${messages} mutations: ${dropped} led to nothing, ${await liveCalls(server)} calls are live`);
  assert.ok(dropped > 0 && dropped < messages, 'some are understood, some are not');
}

/** 200 for a BYE, so that the calls which came of it can end. */
function agreement(text: string): string | undefined {
  if (!text.startsWith('BYE ')) return undefined;
  const kept = text.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
  return ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
}

/** Noise at the SIP port from a process of its own, and at both ports of a live call, whose echo goes on. */
async function flood(
  stage: Stage,
  server: ServerProcess,
  live: PhoneCall,
  random: SeededRandom,
): Promise<void> {
  const before = await server.api.metric('parley_sip_dropped_total');
  const program = stage.program({
    command: process.execPath,
    args: [floodFile, `${server.sipPort}`, `${datagrams}`, `${floodSeconds}`, `${random.below(2 ** 31)}`],
    folder: await stage.folder(),
  });
  const { port } = await live.answered();
  const stranger = await bindUdp();
  stage.closing(() => closeUdp(stranger));
  const sound = await tone('PCMU', 440, 5);
  const began = live.sound.heard.entries.length;
  const played = live.sound.play(sound);
  for (let n = 0; n < 20_000; n += 1) {
    const to = port + (n % 2);
    const noise = random.bytes(random.below(400));
    if (n % 3 === 0 && noise.length > 1) noise.set([0x80, 0]);
    await new Promise<void>((resolve) => stranger.send(noise, to, '127.0.0.1', () => resolve()));
  }
  await played;
  const heard = soundPackets(live.sound.heard.entries.slice(began), payloadTypes.PCMU);
  assert.deepEqual(breaksOf(heard), [], 'the sound of the live call goes on meanwhile');
  assert.equal((await program.end(90_000)).code, 0);
  const dropped = (await server.api.metric('parley_sip_dropped_total')) - before;
  console.log(`${program.stdout.entries.join(' ')}: ${dropped} were read and led to nothing`);
  assert.ok(dropped > leastRead, `only ${dropped} were read`);
}

async function assertEchoes(call: PhoneCall): Promise<void> {
  const began = call.sound.heard.entries.length;
  await call.sound.play(await tone('PCMU', 800, 2));
  const heard = soundPackets(call.sound.heard.entries.slice(began), payloadTypes.PCMU);
  const samples = await decode('PCMU', soundOf(heard, payloadTypes.PCMU));
  assert.ok(shareAt(800, samples.subarray(8000, 12_000)) > 0.95);
}

/** Whatever came of it: every call has its end in the log. */
async function assertAllEnded(server: ServerProcess): Promise<void> {
  const events = await server.api.events();
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  assert.equal(count('call_hungup'), count('call_created'));
  assert.equal(count('activeflow_deleted'), count('activeflow_created'));
  const statuses = new Set((await server.api.calls()).map(({ status }) => status));
  assert.deepEqual([...statuses], ['hangup']);
}
