import type { Address } from '@parley/contract';
import type { DialAttempt } from './dial/plan.ts';

/** What a decision asks of the outside, carried out in order once its changes are durable, unless nobody can notice it. */
export type Effect =
  /** Get a leg's media ready; answered by the input `mediaOpened` or `mediaFailed`. */
  | { readonly kind: 'openMedia'; readonly callId: string }
  /** 180 Ringing to an incoming call. */
  | { readonly kind: 'ring'; readonly callId: string }
  /** 183 with our media to an incoming call that is not answered yet. */
  | { readonly kind: 'progress'; readonly callId: string }
  /**
   * INVITE a party, in the name of an outgoing call whose media is open. Answered by `farEndRings`, `farEndAnswered`,
   * `callEnded`. `another`: there is a further attempt to be made, should this one lead nowhere.
   */
  | {
      readonly kind: 'dial';
      readonly callId: string;
      readonly attempt: DialAttempt;
      readonly another: boolean;
    }
  /** Let a leg into a room, or change what it hears there and who hears it. */
  | {
      readonly kind: 'join';
      readonly callId: string;
      readonly roomId: string;
      readonly hears: boolean;
      /** By everybody, by nobody, or by those calls alone. */
      readonly heard: boolean | readonly string[];
      /** Whether others get the keys it presses; they do when this is left out. */
      readonly passesKeys?: boolean;
    }
  /** Tell the peer that it is held (its phone shows it), or no longer. */
  | { readonly kind: 'hold'; readonly callId: string; readonly held: boolean }
  /** Take a leg out of its room. */
  | { readonly kind: 'leave'; readonly callId: string }
  /** Find out how destinations are reached; answered by `located`. */
  | {
      readonly kind: 'locate';
      readonly callId: string;
      readonly request: string;
      readonly customerId: string;
      readonly source: Address;
      readonly destinations: readonly Address[];
      readonly anonymous: 'yes' | 'no' | 'auto';
      /** A stored flow to be read with them; nil: none. */
      readonly flowId: string;
      /** A queue asks, not a flow. */
      readonly forOffer?: true;
    }
  /** Record a leg (what it says and what it hears), or all of a room; answered by `recordingStarted` and `recordingEnded`. */
  | {
      readonly kind: 'startRecording';
      readonly callId: string;
      readonly recordingId: string;
      readonly roomId: string | undefined;
      readonly maxMs: number;
      readonly endOfSilenceMs: number | undefined;
    }
  | {
      readonly kind: 'pauseRecording';
      readonly callId: string;
      readonly recordingId: string;
      readonly paused: boolean;
    }
  | { readonly kind: 'stopRecording'; readonly callId: string; readonly recordingId: string }
  /** Tell the phone that asked for a transfer how it goes: 100 it is tried, 200 it has worked, from 300 it has not. */
  | { readonly kind: 'transferProgress'; readonly callId: string; readonly status: number }
  /** Press keys towards the peer; answered by `playEnded`. */
  | {
      readonly kind: 'sendDigits';
      readonly callId: string;
      readonly play: string;
      readonly digits: string;
      readonly durationMs: number;
      readonly intervalMs: number;
    }
  /** 200 with our media to an incoming call. */
  | { readonly kind: 'answer'; readonly callId: string }
  /** End the SIP leg in whatever way its state allows; answered by `callEnded`. */
  | { readonly kind: 'hangup'; readonly callId: string; readonly cause: number }
  /** Let go of a leg's media; its figures come back as `mediaClosed`. */
  | { readonly kind: 'closeMedia'; readonly callId: string }
  /** Play sources one after another; answered by `playEnded` with the same `play`. Ends what was playing. */
  | {
      readonly kind: 'play';
      readonly callId: string;
      readonly play: string;
      readonly sources: readonly PlaySource[];
    }
  /** Send the caller's own sound back; answered by `playEnded`. */
  | { readonly kind: 'echo'; readonly callId: string; readonly play: string; readonly durationMs: number }
  /** Break off what is playing; nothing answers. */
  | { readonly kind: 'stopPlay'; readonly callId: string }
  /** An HTTP request; answered by `replied` unless `request` is empty. */
  | {
      readonly kind: 'request';
      readonly callId: string;
      readonly request: string;
      readonly method: string;
      readonly url: string;
      readonly contentType: string;
      readonly body: string;
      readonly timeoutMs: number;
      readonly maxBytes: number;
    }
  /** Read a stored flow of that customer; answered by `flowLoaded`. */
  | {
      readonly kind: 'loadFlow';
      readonly callId: string;
      readonly request: string;
      readonly customerId: string;
      readonly flowId: string;
    }
  /** Something an operator should see; `text` holds no secret. */
  | { readonly kind: 'report'; readonly callId: string; readonly problem: string; readonly text: string };

export type PlaySource =
  | {
      readonly kind: 'speech';
      readonly text: string;
      readonly language: string;
      readonly gender: 'male' | 'female' | 'neutral';
    }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'beep' }
  /** What a caller hears while the far end is rung; until it is stopped. */
  | { readonly kind: 'ringback' }
  /** Music on hold; until it is stopped. */
  | { readonly kind: 'music' };

/**
 * Whether an effect stays within this process and comes back as an input: nobody outside can tell that it was carried out, so it
 * need not wait until what decided it is durable. What follows from its answer does. Questions of flows wait all the same: a
 * flow that goes round in a circle of them goes no faster than the disk.
 */
export function isInward(effect: Effect): boolean {
  return effect.kind === 'locate' && effect.forOffer === true;
}
