import { answered, digitPressed, finish, signal } from '../flow/walk.ts';
import type { Input } from '../inputs.ts';
import type { Monotonic } from '../ports/moment.ts';
import { agentLocated, keyPressedByAgent } from '../queue/offers.ts';
import { keyPressedInQueue } from '../queue/visits.ts';
import { keyPressedWhileRecorded, recordCall } from '../recording/live.ts';
import { connectToRoom, putOut, startEarlyMedia } from '../room/room.ts';
import type { TransferWanted } from '../transfer/live-transfer.ts';
import { giveWay, merge, transfer } from '../transfer/transfer.ts';
import { cause } from './cause.ts';
import { hold, holdByPeer, mute, passKeyOn, playMusic, playSound, pressKeys, soundEnded } from './control.ts';
import { dialledOn, dialNext } from './dialing.ts';
import { endCall } from './end.ts';
import { farEndAnswered, farEndRings, unansweredTooLong } from './far-end.ts';
import { completeAnswer, endAtLongestDuration, terminate } from './leg.ts';
import { mediaClosed, mediaFailed, mediaLate, mediaOpened, mediaSilent } from './leg-media.ts';
import { isEnding } from './live-call.ts';
import type { Turn } from './turn.ts';

/** What the outside tells about a live call. */
export function heard(turn: Turn, input: Exclude<Input, { kind: 'callOffered' }>): void {
  const { live } = turn;
  switch (input.kind) {
    case 'callEnded':
      return dialledOn(turn, input.end.cause) ? undefined : endCall(turn, input.end);
    case 'farEndRings':
      return farEndRings(turn, input.earlyMedia);
    case 'farEndAnswered':
      return farEndAnswered(turn);
    case 'farEndHolds':
      return holdByPeer(turn, input.held);
    case 'mediaOpened':
      return mediaIsOpen(turn);
    case 'mediaFailed':
      return mediaFailed(turn, input.problem);
    case 'mediaSilent':
      return mediaSilent(turn);
    case 'mediaClosed':
      return mediaClosed(turn, input.statistics);
    case 'playEnded':
      return soundEnded(turn, input.play, input.problem);
    case 'digit':
      keyPressedWhileRecorded(turn, input.digit);
      keyPressedInQueue(turn, input.digit);
      if (input.signalledMs !== undefined) passKeyOn(turn, input.digit, input.signalledMs);
      digitPressed(turn, input.digit);
      return keyPressedByAgent(turn, input.digit);
    case 'replied':
      return signal(turn, { kind: 'replied', reply: input.reply }, input.request);
    case 'flowLoaded':
      return signal(turn, { kind: 'flowLoaded', flow: input.flow }, input.request);
    case 'located':
      if (agentLocated(turn, input.request, input.destinations)) return undefined;
      return signal(
        turn,
        { kind: 'located', destinations: input.destinations, flow: input.flow },
        input.request,
      );
    case 'hangupRequested':
      return terminate(turn, cause.normalClearing);
    case 'stopRequested':
      return live.walk === undefined || isEnding(live) ? undefined : finish(turn);
    case 'resumeRequested':
      if (live.walk?.current?.action.id !== input.actionId) return undefined;
      return signal(turn, { kind: 'resumed' });
    case 'ejectRequested':
      return live.roomId === undefined || isEnding(live) ? undefined : putOut(turn, live.roomId);
    case 'muteRequested':
      return mute(turn, input.direction);
    case 'holdRequested':
      return hold(turn, input.hold);
    case 'musicRequested':
      return playMusic(turn, input.play);
    case 'soundRequested':
      return playSound(turn, input.sources);
    case 'transferRequested':
      return requestTransfer(turn, input.wanted);
    case 'replaced':
      return giveWay(turn);
    case 'mergeRequested':
      return refusedByRefer(turn, merge(turn, input.otherCallId));
    case 'recordingRequested':
      return void recordCall(turn, input.wanted);
    case 'digitsRequested':
      return pressKeys(turn, input);
  }
}

export function deadlinePassed(turn: Turn): void {
  const { deadlines, walk } = turn.live;
  const due = (time: Monotonic | undefined): boolean => time !== undefined && time <= turn.decision.at.mono;
  if (due(deadlines.ending)) return endingIsOverdue(turn);
  if (due(deadlines.longestCall)) return endAtLongestDuration(turn);
  if (due(deadlines.unanswered)) return unansweredTooLong(turn);
  if (due(deadlines.openingMedia)) return mediaLate(turn);
  if (due(walk?.resting?.deadline)) signal(turn, { kind: 'timeout' });
}

/** SIP, or the media after it, never reported the end: it ends here all the same. */
function endingIsOverdue(turn: Turn): void {
  if (turn.live.call.status === 'hangup') turn.live.media = 'closed';
  else endCall(turn, { cause: cause.normalClearing });
}

function mediaIsOpen(turn: Turn): void {
  if (!mediaOpened(turn)) return;
  switch (turn.live.opensFor) {
    case 'dial':
      return dialNext(turn);
    case 'earlyMedia':
      return startEarlyMedia(turn);
    case 'answer':
      completeAnswer(turn);
      answered(turn);
      return connectToRoom(turn);
  }
}

function requestTransfer(turn: Turn, wanted: TransferWanted): void {
  const problem = isEnding(turn.live) ? 'it is ending' : transfer(turn, wanted);
  if (wanted.byRefer) refusedByRefer(turn, problem);
}

/** A phone that asked for what cannot be is told so. */
function refusedByRefer({ live, decision }: Turn, problem: string | undefined): void {
  if (problem === undefined) return;
  decision.effect({ kind: 'transferProgress', callId: live.call.id, status: 603 });
}
