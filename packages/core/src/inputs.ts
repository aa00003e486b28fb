import type { Address, CallStatistics, Flow, MuteDirection } from '@parley/contract';
import type { PlannedDestination } from './dial/plan.ts';
import type { PlaySource } from './effects.ts';
import type { TransferWanted } from './transfer/live-transfer.ts';
import type { RecordingWanted } from './recording/live-recording.ts';

/** How a SIP leg came to its end. `cause` is a Q.850-style number; see `call/cause.ts`. */
export interface LegEnd {
  /** The final SIP response that refused it, or the one that stands for what was wrong; absent: there was none. */
  readonly status?: number;
  readonly cause: number;
}

/** What the outside tells about a live call. An input for a call that is not live (any more) changes nothing. */
export type Input =
  /** An INVITE for a number of ours. `flow` is undefined when the number has none that can be started. */
  | {
      readonly kind: 'callOffered';
      readonly callId: string;
      readonly customerId: string;
      readonly flow: Flow | undefined;
      readonly flowId: string;
      readonly source: Address;
      readonly destination: Address;
      /** Its media was opened already: it can be answered with the decision that makes it. */
      readonly mediaOpen: boolean;
    }
  | { readonly kind: 'callEnded'; readonly callId: string; readonly end: LegEnd }
  /** 180 or 183 from the far end of an outgoing call. */
  | { readonly kind: 'farEndRings'; readonly callId: string; readonly earlyMedia: boolean }
  | { readonly kind: 'farEndAnswered'; readonly callId: string }
  /** The far end of an answered call keeps us waiting, or is back. */
  | { readonly kind: 'farEndHolds'; readonly callId: string; readonly held: boolean }
  /** How destinations that were asked for are reached. */
  | {
      readonly kind: 'located';
      readonly callId: string;
      readonly request: string;
      readonly destinations: readonly PlannedDestination[];
      readonly flow: Flow | undefined;
    }
  /** A client puts a call out of the room it is in. */
  | { readonly kind: 'ejectRequested'; readonly callId: string }
  | { readonly kind: 'muteRequested'; readonly callId: string; readonly direction: MuteDirection }
  | { readonly kind: 'holdRequested'; readonly callId: string; readonly hold: boolean }
  | { readonly kind: 'musicRequested'; readonly callId: string; readonly play: boolean }
  | { readonly kind: 'soundRequested'; readonly callId: string; readonly sources: readonly PlaySource[] }
  | { readonly kind: 'transferRequested'; readonly callId: string; readonly wanted: TransferWanted }
  /** Another call has taken its place. */
  | { readonly kind: 'replaced'; readonly callId: string }
  /** The phone of two calls wants those it talks with brought together. */
  | { readonly kind: 'mergeRequested'; readonly callId: string; readonly otherCallId: string }
  | { readonly kind: 'recordingRequested'; readonly callId: string; readonly wanted: RecordingWanted }
  | {
      readonly kind: 'digitsRequested';
      readonly callId: string;
      readonly digits: string;
      readonly durationMs: number;
      readonly intervalMs: number;
    }
  | { readonly kind: 'mediaOpened'; readonly callId: string }
  | { readonly kind: 'mediaFailed'; readonly callId: string; readonly problem: string }
  /** Nothing has come from the peer for so long that it must be gone. */
  | { readonly kind: 'mediaSilent'; readonly callId: string }
  | { readonly kind: 'mediaClosed'; readonly callId: string; readonly statistics: CallStatistics }
  | { readonly kind: 'playEnded'; readonly callId: string; readonly play: string; readonly problem?: string }
  /** `signalledMs`: a key that was told by SIP INFO, and for how long it was down; of others the media has told the room. */
  | {
      readonly kind: 'digit';
      readonly callId: string;
      readonly digit: string;
      readonly signalledMs?: number;
    }
  | { readonly kind: 'replied'; readonly callId: string; readonly request: string; readonly reply: Reply }
  | {
      readonly kind: 'flowLoaded';
      readonly callId: string;
      readonly request: string;
      readonly flow: Flow | undefined;
    }
  | { readonly kind: 'hangupRequested'; readonly callId: string }
  | { readonly kind: 'stopRequested'; readonly callId: string }
  | { readonly kind: 'resumeRequested'; readonly callId: string; readonly actionId: string };

export type Reply =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly problem: string };
