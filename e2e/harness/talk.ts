import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { ActionInput, Call } from '@parley/contract';
import type { AnsweringCall } from './phone/answering-call.ts';
import type { PhoneCall } from './phone/phone-call.ts';
import type { Phone } from './phone/phone.ts';
import type { ServerProcess } from './server-process.ts';
import { tone } from './sound/sox.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** Tones of three parties: no multiple of another, none that ringing or music makes, and of whole periods a second. */
export const tones = { caller: 1013, callee: 1877, other: 2749 } as const;

/** Two phones that are connected, each of which says its tone all the time. */
export interface Talk {
  readonly server: ServerProcess;
  readonly receiver: WebhookReceiver;
  readonly caller: PhoneCall;
  readonly callee: AnsweringCall;
  readonly callerId: string;
  readonly calleeId: string;
}

export interface TalkOptions {
  /** Before the two are connected. */
  readonly before?: readonly ActionInput[];
  /** When they have parted. */
  readonly after?: readonly ActionInput[];
}

export async function startTalk(stage: Stage, { before = [], after = [] }: TalkOptions = {}): Promise<Talk> {
  const receiver = await stage.receiver();
  const server = await stage.server({ receiver });
  const callee = await stage.phone(server, { user: 'callee' });
  await server.number('1000', [...before, connectTo(callee), ...after]);
  const caller = await (await stage.phone(server, { user: 'caller' })).invite('1000', { codecs: ['PCMU'] });
  const answering = await (await callee.rung()).answer();
  await caller.answered();
  await sings(caller, tones.caller);
  await sings(answering, tones.callee);
  const [callerId, calleeId] = [await callOn(server, 'incoming'), await callOn(server, 'outgoing')];
  return { server, receiver, caller, callee: answering, callerId, calleeId };
}

export function connectTo(phone: Phone): ActionInput {
  return { type: 'connect', option: { destinations: [{ type: 'sip', target: phone.uri }] } };
}

/** From now on it says a tone all the time. */
export async function sings({ sound }: Pick<PhoneCall, 'sound'>, hertz: number): Promise<void> {
  sound.sing(await tone('PCMU', hertz, 1));
}

/** The one call of that direction, once it is answered. */
async function callOn({ api }: ServerProcess, direction: Call['direction']): Promise<string> {
  return await until(`${direction} call`, async () => {
    const found = (await api.calls()).filter((call) => call.direction === direction);
    assert.ok(found.length <= 1);
    return found[0]?.status === 'progressing' ? found[0].id : undefined;
  });
}

/** Resolves when no call, flow or room is there any more, in memory and in what has been written. */
export async function nothingIsLeft({ api }: ServerProcess): Promise<void> {
  let left: unknown;
  await until('an end of everything', async () => {
    const calls = await api.pages<Call>('/v1.0/calls');
    left = [
      await api.metric('parley_calls_live'),
      calls.filter(({ status }) => status !== 'hangup'),
      await api.activeflows(),
      await api.pages('/v1.0/confbridges'),
    ];
    return isDeepStrictEqual(left, [0, [], [], []]) ? true : undefined;
  }).catch((error: unknown) => {
    throw new Error(`still there: ${JSON.stringify(left)}`, { cause: error });
  });
}
