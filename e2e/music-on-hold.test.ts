import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Customer } from '@parley/contract';
import type { HttpPeer } from './harness/http-peer.ts';
import { payloadTypes } from './harness/phone/sdp-text.ts';
import type { SoundPort } from './harness/phone/sound-port.ts';
import { has, hears, isMusicWithout } from './harness/sound/ear.ts';
import { breaksOf, soundOf, soundPackets, toneMs } from './harness/sound/listening.ts';
import { decode, toneFile } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import { startTalk, type Talk, tones } from './harness/talk.ts';

/** The customer's music: a second of it is a whole number of periods, so that it repeats without a seam. */
const tune = 2311;

/** A web server with that music, and with something that is none. */
async function musicServer(stage: Stage): Promise<HttpPeer> {
  const wav = await toneFile(tune, 1, 16_000);
  return await stage.webServer('music', ({ path }) =>
    path === '/tune.wav'
      ? { status: 200, headers: { 'content-type': 'audio/wav' }, body: wav }
      : { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Please log in</p>' },
  );
}

/** Sets it, and waits until it was asked for. */
async function setMusic({ server }: Talk, web: HttpPeer, path: string): Promise<void> {
  const music_on_hold_uri = `${web.url}${path}`;
  const customer = await server.api.put<Customer>('/v1.0/customer', { music_on_hold_uri });
  assert.equal(customer.music_on_hold_uri, music_on_hold_uri);
  await web.requests.first(`GET ${path}`, (request) => request.method === 'GET' && request.path === path);
}

async function command({ server }: Talk, method: 'POST' | 'DELETE', path: string): Promise<void> {
  const { status, body } = await server.api.ask(method, `/v1.0/calls/${path}`);
  assert.equal(status, 200, JSON.stringify(body));
}

/** Three seconds from now on are the music of the customer, three times over, and nothing else. */
async function hearsTuneRepeat({ heard }: SoundPort): Promise<void> {
  const from = soundPackets(heard.entries, payloadTypes.PCMU).length;
  const packets = await heard.when('three seconds', (entries) => {
    const sound = soundPackets(entries, payloadTypes.PCMU);
    return sound.length >= from + 150 ? sound.slice(from, from + 150) : undefined;
  });
  assert.deepEqual(breaksOf(packets), []);
  assert.equal(toneMs(tune, await decode('PCMU', soundOf(packets, payloadTypes.PCMU))), 3000);
}

describe('a customer with music of its own', { concurrency: 2 }, () => {
  scene('has it heard by who is on hold, again and again, and fetched once before', async (stage) => {
    const web = await musicServer(stage);
    const talk = await startTalk(stage);
    const { caller, callee, callerId, calleeId } = talk;
    await setMusic(talk, web, '/tune.wav');
    await hears(caller.sound, 'the other', has([tones.callee], [tune]));
    await command(talk, 'POST', `${callerId}/hold`);
    await hears(caller.sound, 'its music alone', has([tune], [tones.callee]));
    await hearsTuneRepeat(caller.sound);
    await command(talk, 'DELETE', `${callerId}/hold`);
    await hears(caller.sound, 'the other again', has([tones.callee], [tune]));
    await command(talk, 'POST', `${calleeId}/moh`);
    await hears(callee.sound, 'its music', has([tune]));
    await command(talk, 'DELETE', `${calleeId}/moh`);
    await hears(callee.sound, 'the caller', has([tones.caller], [tune]));
    assert.equal(web.requests.entries.length, 1);
    await caller.hangUp();
  });

  scene('has ours heard when its file is none, and its own as soon as it is put right', async (stage) => {
    const web = await musicServer(stage);
    const talk = await startTalk(stage);
    const { server, caller, callerId } = talk;
    await setMusic(talk, web, '/login.html');
    await command(talk, 'POST', `${callerId}/hold`);
    await hears(caller.sound, 'our music', isMusicWithout(tones.callee, tune));
    const warnings = server.log().filter(({ msg }) => msg.startsWith('the music of a customer'));
    assert.deepEqual(
      warnings.map(({ level, line }) => [level, line.includes(`${web.url}/login.html`)]),
      [[40, true]],
    );
    assert.match(await server.api.get<string>('/metrics'), /^parley_call_problems_total\{kind="music"\} 1$/m);
    await command(talk, 'DELETE', `${callerId}/hold`);
    await setMusic(talk, web, '/tune.wav');
    await command(talk, 'POST', `${callerId}/hold`);
    await hears(caller.sound, 'its music', has([tune], [tones.callee]));
    await caller.hangUp();
  });
});
