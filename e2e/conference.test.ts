import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Conference } from '@parley/contract';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import { type Codec, payloadTypes } from './harness/phone/sdp-text.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { shareAt, soundOf, soundPackets } from './harness/sound/listening.ts';
import { decode, tone } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

interface Member {
  readonly call: PhoneCall;
  readonly codec: Codec;
  /** What it says. */
  readonly hertz: number;
}

/** Neither harmonics of each other nor close to one another. */
const hertzOf = (nth: number): number => 310 + 97 * nth;

async function newConference(server: ServerProcess): Promise<Conference> {
  const conference = await server.api.post<Conference>('/v1.0/conferences', { type: 'conference' });
  await server.number('1000', [{ type: 'conference_join', option: { conference_id: conference.id } }]);
  return conference;
}

async function countsMembers(server: ServerProcess, { id }: Conference, count: number): Promise<void> {
  await until(`${count} in the conference`, async () => {
    const { call_ids: present } = await server.api.get<Conference>(`/v1.0/conferences/${id}`);
    return present.length === count ? true : undefined;
  });
}

/** So many phones, of both codecs by turns, are in it when this resolves. */
async function join(
  stage: Stage,
  server: ServerProcess,
  conference: Conference,
  count: number,
): Promise<Member[]> {
  const phone = await stage.phone(server);
  const members = await Promise.all(
    Array.from({ length: count }, async (_, nth): Promise<Member> => {
      const codec: Codec = nth % 2 === 0 ? 'PCMU' : 'PCMA';
      const call = await phone.invite('1000', { codecs: [codec] });
      await call.answered();
      return { call, codec, hertz: hertzOf(nth) };
    }),
  );
  await countsMembers(server, conference, count);
  return members;
}

/** All say their tones at the same time; what each has heard of a second in the middle. */
async function talkAtOnce(members: readonly Member[]): Promise<Int16Array[]> {
  const volume = 0.9 / members.length;
  const tones = await Promise.all(members.map(({ codec, hertz }) => tone(codec, hertz, 2.4, volume)));
  const began = performance.now();
  await Promise.all(members.map(({ call }, nth) => call.sound.play(tones[nth] ?? Buffer.alloc(0))));
  return await Promise.all(members.map((member) => heardBetween(member, began + 900, began + 1900)));
}

async function heardBetween({ call, codec }: Member, from: number, to: number): Promise<Int16Array> {
  const payloadType = payloadTypes[codec];
  const packets = soundPackets(call.sound.heard.entries, payloadType);
  const wanted = packets.filter(({ at }) => at >= from && at < to);
  assert.ok(wanted.length >= 40, `${wanted.length} packets in a second`);
  return await decode(codec, soundOf(wanted, payloadType));
}

/** Of the energy that is heard, everybody else has about an equal share, and oneself none. */
function assertHearsOthers(heard: readonly Int16Array[], members: readonly Member[]): void {
  const equal = 1 / (members.length - 1);
  const shares: number[] = [];
  for (const [nth, samples] of heard.entries()) {
    for (const [other, { hertz }] of members.entries()) {
      const share = shareAt(hertz, samples);
      if (other === nth) assert.ok(share < equal / 50, `${nth} hears itself: ${share}`);
      else assert.ok(share > equal / 5, `${nth} does not hear ${other}: ${share} of ${equal}`);
      if (other !== nth) shares.push(share / equal);
    }
  }
  console.log(`${members.length}: the least heard has ${Math.min(...shares).toFixed(2)} of its share`);
}

describe('a conference', () => {
  for (const count of [3, 30]) {
    scene(`of ${count} phones lets each hear every other one, and not itself`, async (stage) => {
      const receiver = await stage.receiver();
      const server = await stage.server({ receiver });
      const conference = await newConference(server);
      const members = await join(stage, server, conference, count);
      assertHearsOthers(await talkAtOnce(members), members);
      const [first, ...others] = members;
      await first?.call.hangUp();
      await countsMembers(server, conference, count - 1);
      await server.api.ask('DELETE', `/v1.0/conferences/${conference.id}`);
      await Promise.all(others.map(({ call }) => call.request('BYE')));
      const { data } = await receiver.event('conference_deleted');
      assert.deepEqual([data.id, data.status, data.call_ids], [conference.id, 'terminated', []]);
      for (const { id } of await server.api.calls()) await receiver.wholeStory(id);
      const ends = (await server.api.calls()).map(({ hangup_by: by }) => by);
      assert.equal(ends.filter((by) => by === 'remote').length, 1);
      assert.equal(ends.filter((by) => by === 'local').length, count - 1);
    });
  }
});
