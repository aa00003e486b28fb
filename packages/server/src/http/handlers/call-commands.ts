import { type Call, type CallCommand, callCommandRefusal, type MuteDirection } from '@parley/contract';
import { type Input, speechOf } from '@parley/core';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { findOwned } from '../presence.ts';

type CallCommandHandlers = Pick<
  Handlers,
  | 'holdCall'
  | 'unholdCall'
  | 'muteCall'
  | 'unmuteCall'
  | 'startCallMusic'
  | 'stopCallMusic'
  | 'talkToCall'
  | 'playToCall'
  | 'sendCallDigits'
>;

/** Whose call it is said to be. */
interface Asked {
  readonly caller: { readonly customer: { readonly id: string } };
  readonly params: { readonly id: string };
}

/** Milliseconds that a key is held, and between two keys. */
const usualKeyMs = 100;

export function createCallCommandHandlers({ deps }: HandlerContext): CallCommandHandlers {
  const command = async (
    { caller, params: { id } }: Asked,
    name: CallCommand,
    inputFor: (call: Call) => Input,
  ): Promise<Outcome<Call>> => {
    const found = await findOwned(deps, 'call', id, caller.customer.id);
    if (!found.ok) return found;
    // What is stored may be behind by a commit; from here to the input nothing else is decided.
    const call = deps.calls.live(id);
    if (call === undefined) return refuse('CALL_ALREADY_HANGUP', { id });
    const refusal = callCommandRefusal(name, call);
    if (refusal !== undefined) return { ok: false, error: refusal };
    return answer((await deps.commands.ask(inputFor(call))) ?? call);
  };
  return {
    holdCall: (asked) => command(asked, 'hold', hold(true)),
    unholdCall: (asked) => command(asked, 'unhold', hold(false)),
    muteCall: (asked) =>
      command(
        asked,
        'mute',
        mute((was) => mutedMore(was, asked.body.direction ?? 'both')),
      ),
    unmuteCall: (asked) =>
      command(
        asked,
        'unmute',
        mute((was) => mutedLess(was, asked.query.direction ?? 'both')),
      ),
    startCallMusic: (asked) => command(asked, 'music_start', music(true)),
    stopCallMusic: (asked) => command(asked, 'music_stop', music(false)),
    talkToCall: (asked) =>
      command(asked, 'talk', ({ id: callId }) => ({
        kind: 'soundRequested',
        callId,
        sources: [speechOf(asked.body)],
      })),
    playToCall: (asked) =>
      command(asked, 'play', ({ id: callId }) => ({
        kind: 'soundRequested',
        callId,
        sources: asked.body.stream_urls.map((url) => ({ kind: 'url', url })),
      })),
    sendCallDigits: (asked) =>
      command(asked, 'digits', ({ id: callId }) => {
        const { digits, duration: durationMs = usualKeyMs, interval: intervalMs = usualKeyMs } = asked.body;
        return { kind: 'digitsRequested', callId, digits, durationMs, intervalMs };
      }),
  };
}

function hold(held: boolean): (call: Call) => Input {
  return ({ id: callId }) => ({ kind: 'holdRequested', callId, hold: held });
}

function music(play: boolean): (call: Call) => Input {
  return ({ id: callId }) => ({ kind: 'musicRequested', callId, play });
}

function mute(change: (was: MuteDirection) => MuteDirection): (call: Call) => Input {
  return ({ id: callId, mute_direction: was }) => ({
    kind: 'muteRequested',
    callId,
    direction: change(was),
  });
}

type Direction = Exclude<MuteDirection, ''>;

function mutedMore(was: MuteDirection, direction: Direction): MuteDirection {
  return was === '' || was === direction ? direction : 'both';
}

function mutedLess(was: MuteDirection, direction: Direction): MuteDirection {
  if (direction === 'both' || was === direction) return '';
  if (was !== 'both') return was;
  return direction === 'in' ? 'out' : 'in';
}
