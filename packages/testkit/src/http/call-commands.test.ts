import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationId } from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { exampleCall } from './example-rows.ts';

const bodies = {
  holdCall: undefined,
  unholdCall: undefined,
  muteCall: {},
  unmuteCall: undefined,
  startCallMusic: undefined,
  stopCallMusic: undefined,
  talkToCall: { text: 'Wait.' },
  playToCall: { stream_urls: ['http://192.0.2.7/a.wav'] },
  sendCallDigits: { digits: '1#' },
} as const satisfies Partial<Record<OperationId, object | undefined>>;
type Command = keyof typeof bodies;
const commands = Object.keys(bodies) as readonly Command[];

function asked(id: string, command: Command, body: object | undefined = bodies[command]) {
  return { params: { id }, ...(body === undefined ? {} : { body }) };
}

/** A call that was dialled. */
async function givenCall(api: ApiUnderTest): Promise<string> {
  const body = {
    source: { target: '+15550100100' },
    destinations: [{ target: '+15550100123' }],
    actions: [{ type: 'block' }],
  };
  const { calls } = await api.ok('createCalls', { body });
  return calls[0]?.id ?? '';
}

async function givenAnswered(api: ApiUnderTest): Promise<string> {
  const id = await givenCall(api);
  await api.switching.hear(id, { kind: 'mediaOpened' });
  await api.switching.hear(id, { kind: 'farEndAnswered' });
  return id;
}

function lastEffect(api: ApiUnderTest) {
  return api.switching.effects.at(-1);
}

describe('commands to a live call over HTTP', () => {
  it('hold and take back; what was done shows in the call', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    assert.equal((await api.ok('holdCall', asked(id, 'holdCall'))).on_hold, true);
    assert.equal((await api.ok('getCall', { params: { id } })).on_hold, true);
    const again = await api.refused('holdCall', asked(id, 'holdCall'));
    assert.deepEqual(
      [again.reason, again.message],
      ['CALL_STATE_INVALID', `The call ${id} is progressing: it is on hold already.`],
    );
    const heard = await api.refused('talkToCall', asked(id, 'talkToCall'));
    assert.match(heard.message, /take it off hold first/);
    assert.equal((await api.ok('unholdCall', asked(id, 'unholdCall'))).on_hold, false);
    assert.equal((await api.refused('unholdCall', asked(id, 'unholdCall'))).reason, 'CALL_STATE_INVALID');
  });

  it('mute one direction and the other, and end that in parts', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    const mute = async (direction?: string): Promise<string> => {
      const body = direction === undefined ? {} : { direction };
      return (await api.ok('muteCall', asked(id, 'muteCall', body))).mute_direction;
    };
    const unmute = async (query: { direction?: string } = {}): Promise<string> =>
      (await api.ok('unmuteCall', { params: { id }, query })).mute_direction;
    assert.equal(await unmute(), '');
    assert.equal(await mute('in'), 'in');
    assert.equal(await unmute({ direction: 'out' }), 'in');
    assert.equal(await mute('out'), 'both');
    assert.equal(await unmute({ direction: 'in' }), 'out');
    assert.equal(await mute(), 'both');
    assert.equal(await unmute({ direction: 'out' }), 'in');
    assert.equal(await unmute({ direction: 'in' }), '');
    assert.equal(await mute(), 'both');
    assert.equal(await unmute(), '');
  });

  it('play what they are asked to', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    const sources = async (command: Command, body = bodies[command]): Promise<unknown> => {
      await api.ok(command, asked(id, command, body));
      const effect = lastEffect(api);
      return effect?.kind === 'play' ? effect.sources : effect;
    };
    assert.deepEqual(await sources('startCallMusic'), [{ kind: 'music' }]);
    await api.ok('stopCallMusic', asked(id, 'stopCallMusic'));
    assert.equal(lastEffect(api)?.kind, 'stopPlay');
    assert.deepEqual(await sources('talkToCall'), [
      { kind: 'speech', text: 'Wait.', language: 'en-US', gender: 'neutral' },
    ]);
    assert.deepEqual(await sources('playToCall'), [{ kind: 'url', url: 'http://192.0.2.7/a.wav' }]);
  });

  it('press keys, each for a tenth of a second unless it is said', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    await api.ok('sendCallDigits', asked(id, 'sendCallDigits'));
    assert.partialDeepStrictEqual(lastEffect(api), { digits: '1#', durationMs: 100, intervalMs: 100 });
    await api.ok('sendCallDigits', asked(id, 'sendCallDigits', { digits: '2', duration: 250, interval: 0 }));
    assert.partialDeepStrictEqual(lastEffect(api), { digits: '2', durationMs: 250, intervalMs: 0 });
  });

  it('are refused before the answer, while it ends, and when it is over', async () => {
    const api = await createApi();
    const dialling = await givenCall(api);
    const ending = await givenAnswered(api);
    await api.switching.hear(ending, { kind: 'hangupRequested' });
    const over = api.chance.id();
    await api.put({ kind: 'call', row: exampleCall(over, api.customerId, { status: 'hangup' }) });
    const effects = api.switching.effects.length;
    for (const command of commands) {
      const early = await api.refused(command, asked(dialling, command));
      assert.match(early.message, /is dialing: it has not been answered yet/, command);
      const late = await api.refused(command, asked(ending, command));
      assert.match(late.message, /is terminating: its end has begun/, command);
      assert.equal((await api.refused(command, asked(over, command))).reason, 'CALL_ALREADY_HANGUP');
    }
    assert.equal(api.switching.effects.length, effects);
  });

  it('reach no call of another customer', async () => {
    const api = await createApi();
    const id = await givenAnswered(api);
    const effects = api.switching.effects.length;
    for (const command of commands) {
      const error = await api.refused(command, { ...asked(id, command), key: api.otherKey });
      assert.equal(error.reason, 'CALL_NOT_FOUND', command);
    }
    assert.equal(api.switching.effects.length, effects);
  });
});
