import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
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
import { has, hears } from './harness/sound/ear.ts';
import { missingShare, soundPackets } from './harness/sound/listening.ts';
import { tone } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import { sings, tones } from './harness/talk.ts';
import { until } from './harness/until.ts';

const messages = 10_000;
/** Fit into the buffer of a socket, though some have grown to many kilobytes. */
const together = 20;
/** Each with up to five messages. */
const connections = 300;
/** In each flood. */
const datagrams = 500_000;
const floodSeconds = 12;
/** A heap that is still growing into its size stops at one of them; a leak goes on with every one. */
const mostFloods = 6;

/** At least so many of a flood have to get through the buffer of the socket, however busy the machine is. */
const leastRead = 25_000;

/**
 * How much more memory the process may hold after all of it than before: what V8 keeps of a heap once grown, and the
 * allocator of its buffers. A server begins small, having given back what only its start needed, so that comes with the
 * first floods; of what is read of one on a busy machine, more than `oneFlood` would have to be kept.
 */
const memoryToleranceKb = { inAll: 120_000, oneFlood: 25_000 };

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
      const atFirst = server.residentKb();

      const live = await (await stage.phone(server)).invite('1000');
      await live.answered();
      await sendMutations(stage, server, random);
      await sendStreams(server, random);
      await answersCalls(stage, server);
      await settle(stage, server);
      const resident = [server.residentKb()];
      do {
        await flood(stage, server, live, random);
        await answersCalls(stage, server);
        await settle(stage, server);
        resident.push(server.residentKb());
      } while (grows(resident) && resident.length <= mostFloods);
      await assertEchoes(live);
      console.log(`resident memory in kB: ${atFirst} at first, with each flood: ${resident.join(', ')}`);
      assert.ok((resident.at(-1) ?? 0) - atFirst < memoryToleranceKb.inAll, 'the process has grown');
      assert.ok(!grows(resident), 'it grows with every flood');

      await untilLive(server, 1, 90_000);
      await live.hangUp();
      await untilLive(server, 0);
      await assertAllEnded(server);
    },
    { timeoutMs: 300_000 },
  );
});

function grows(resident: readonly number[]): boolean {
  const [before = 0, after = Number.NaN] = resident.slice(-2);
  return !(after - before < memoryToleranceKb.oneFlood);
}

/** A load of calls brings the heap to the size that calls need. */
async function settle(stage: Stage, server: ServerProcess): Promise<void> {
  await callWithSipp(stage, server, { number: '1000', calls: 200, rate: 50, talkMs: 200 });
}

/** Calls that came of garbage may take until every timer of SIP has run out. */
async function untilLive(server: ServerProcess, count: number, withinMs?: number): Promise<void> {
  const look = async (): Promise<true | undefined> =>
    (await liveCalls(server)) === count ? true : undefined;
  await until(`${count} calls`, look, withinMs);
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
  for (let sent = 0; sent < messages; sent += together) {
    for (let n = 0; n < together - 1; n += 1) {
      const message = mutated(validMessage(random, source), random);
      socket.send(message, server.sipPort, '127.0.0.1', () => undefined);
    }
    const last = mutated(validMessage(random, source), random);
    await new Promise<void>((resolve) => socket.send(last, server.sipPort, '127.0.0.1', () => resolve()));
    // The next ones when these have been read: whoever answers the API has come back from the socket.
    assert.equal((await server.api.ask('GET', '/ping')).status, 200);
  }
  stage.closing(() => closeUdp(socket));
  const dropped = (await server.api.metric('parley_sip_dropped_total')) - before;
  console.log(`${messages} mutations: ${dropped} led to nothing, ${await liveCalls(server)} calls are live`);
  assert.ok(dropped > 0 && dropped < messages, 'some are understood, some are not');
}

/** The same over TCP, several on a connection, so that one's wrong length spoils where the next begins. */
async function sendStreams(server: ServerProcess, random: SeededRandom): Promise<void> {
  const source: MessageSource = {
    server: `127.0.0.1:${server.sipPort}`,
    contact: '127.0.0.1:9',
    numbers: ['4711'],
    victim: { callId: 'nobody', localTag: 'a', remoteTag: 'b' },
  };
  for (let n = 0; n < connections; n += 1) {
    const stream = Buffer.concat(
      Array.from({ length: 1 + random.below(5) }, () => mutated(validMessage(random, source), random)),
    );
    const cut = random.below(stream.length + 1);
    await pour(server.sipPort, [stream.subarray(0, cut), stream.subarray(cut)]);
  }
}

/** Resolves when the connection is over, whoever ended it. */
function pour(port: number, parts: readonly Buffer[]): Promise<void> {
  const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
  return new Promise((resolve) => {
    // That the server cuts a connection that speaks no SIP is what it should do.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.on('data', () => undefined);
    socket.on('connect', () => {
      for (const part of parts) socket.write(part);
      socket.end();
    });
  });
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
  const missing = missingShare(heard);
  assert.ok(missing < 0.2, `${missing} of the sound of the live call was left out meanwhile`);
  assert.equal((await program.end(90_000)).code, 0);
  const dropped = (await server.api.metric('parley_sip_dropped_total')) - before;
  console.log(`${program.stdout.entries.join(' ')}: ${dropped} were read and led to nothing`);
  assert.ok(dropped > leastRead, `only ${dropped} were read`);
}

async function assertEchoes(call: PhoneCall): Promise<void> {
  await sings(call, tones.caller);
  await hears(call.sound, 'itself', has([tones.caller]));
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
