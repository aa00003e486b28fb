import type { KeyedClip } from './encoded-clips.ts';
import type { G711Codec } from './g711.ts';
import type { RoomMode } from './room-member.ts';
import type { LegStatistics } from './statistics.ts';

/**
 * What the main thread and the media worker say to each other: plain objects that can be cloned between threads. A leg
 * is one RTP session with one peer and is named by its caller (a call id). Times are milliseconds.
 */

/** What this side may do, by offer and answer (RFC 3264): `sendonly` means we send and the peer only listens. */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** Ports for RTP; each leg takes an even one and the odd one above it for RTCP. */
export interface PortRange {
  /** Lowest and highest port that may be used, both included. */
  readonly min: number;
  readonly max: number;
}

export interface RemoteMedia {
  /** An IP literal of the family the leg was opened with. `0.0.0.0`, `::` or port 0 mean: send nothing. */
  readonly address: string;
  readonly port: number;
  /** From `a=rtcp` (RFC 3605); the port above `port` when absent. */
  readonly rtcpPort?: number | undefined;
}

/** What offer and answer agreed on. */
export interface Connection {
  readonly remote: RemoteMedia;
  /**
   * Other addresses the peer's media may come from: where its signalling came from. Only these let a phone behind a NAT
   * be heard that wrote its private address into the SDP.
   */
  readonly alsoFrom?: readonly string[] | undefined;
  readonly codec: G711Codec;
  /** 0..127, used in both directions. */
  readonly payloadType: number;
  readonly telephoneEventPayloadType?: number | undefined;
  readonly direction: MediaDirection;
  /** Length of the packets to send: 10 to 60, taken to the nearest ten. */
  readonly ptimeMs: number;
}

/** What is to be recorded, and where to. */
export interface RecordingPlan {
  /** A leg (what it says and what it hears), or a room (all that is said in it). */
  readonly target: { readonly leg: string } | { readonly room: string };
  /** The file to make; it must not exist. */
  readonly path: string;
  /** Ends after so much was recorded, pauses not counted. */
  readonly maxMs: number;
  /** Ends when nobody said anything for so long. */
  readonly endOfSilenceMs?: number | undefined;
  /** `stereo` (a leg's default): left what it says, right what it hears. A room is `mono`. */
  readonly layout?: 'stereo' | 'mono' | undefined;
}

export type MediaCommand =
  /** Takes ports; answered by `opened` or `openFailed`. */
  | { readonly type: 'open'; readonly leg: string; readonly ports: PortRange; readonly address: string }
  /** Says whom to talk to and how. Comes again with each re-INVITE. */
  | ({ readonly type: 'connect'; readonly leg: string } & Connection)
  /** Plays clips without gaps; ends what the leg was doing. Begins when the leg is connected first. */
  | {
      readonly type: 'play';
      readonly leg: string;
      readonly play: string;
      readonly clips: readonly KeyedClip[];
      /** Again and again, until it is stopped. */
      readonly repeat?: boolean | undefined;
    }
  /** Seats the leg in a room, out of the one it was in; or changes how it sits there. */
  | ({ readonly type: 'join'; readonly leg: string; readonly room: string } & RoomMode)
  | { readonly type: 'leave'; readonly leg: string }
  /** Plays to all in a room, over what they say; ends what was played there before. */
  | {
      readonly type: 'playRoom';
      readonly room: string;
      readonly play: string;
      readonly clips: readonly KeyedClip[];
      readonly repeat?: boolean | undefined;
    }
  | { readonly type: 'stopRoom'; readonly room: string }
  /** Answered by `recordingStarted` and `recordingEnded`, or the latter alone. A name in use is ignored. */
  | ({ readonly type: 'startRecording'; readonly recording: string } & RecordingPlan)
  | { readonly type: RecordingCommandType; readonly recording: string }
  /** Sends back what is heard, digits too. */
  | { readonly type: 'echo'; readonly leg: string; readonly play: string; readonly durationMs: number }
  /** Sends digits: as telephone-events, or as tones when those were not agreed on. */
  | {
      readonly type: 'digits';
      readonly leg: string;
      readonly play: string;
      readonly digits: string;
      readonly durationMs: number;
      readonly gapMs: number;
    }
  /** Ends what `play`, `echo` or `digits` began. */
  | { readonly type: 'stop'; readonly leg: string }
  /** Hands on what is heard, from now on and beside everything else; ends what was being recorded. */
  | { readonly type: 'record'; readonly leg: string; readonly maxMs: number }
  | { readonly type: 'recordStop'; readonly leg: string }
  /** Asks for `statistics`. */
  | { readonly type: 'stats'; readonly leg: string }
  | { readonly type: 'close'; readonly leg: string }
  /** Closes all legs; none can be opened after that. */
  | { readonly type: 'shutdown' };

export type RecordingCommandType = 'pauseRecording' | 'resumeRecording' | 'stopRecording';

/** A command for one leg that is open. */
export type LegCommand = Exclude<Extract<MediaCommand, { leg: string }>, { type: 'open' }>;

/** A command for a room or a recording. */
export type SharedCommand = Exclude<MediaCommand, { leg: string } | { type: 'shutdown' }>;

export type RecordingEndReason =
  | 'stopped'
  /** `maxMs` is reached. */
  | 'duration'
  | 'silence'
  /** The leg ended, or the last one left the room. */
  | 'legClosed'
  /** The file could not be made or written; what was written before is there. */
  | 'failed';

export type RecordingEvent =
  /** The file is there and being written. */
  /** The first of it is on disk; `recordedMs` of sound were recorded before that. */
  | { readonly type: 'recordingStarted'; readonly recording: string; readonly recordedMs: number }
  /** The file is whole and closed. Exactly one for each `startRecording`. */
  | {
      readonly type: 'recordingEnded';
      readonly recording: string;
      readonly reason: RecordingEndReason;
      readonly durationMs: number;
      /** Length of the file. */
      readonly bytes: number;
      /** Why it `failed`. */
      readonly error?: string | undefined;
    };

export type FinishReason =
  /** All of it was sent. */
  | 'end'
  /** `stop`, another play or the leg's end came before. */
  | 'stopped'
  /** It was beyond a limit and never began; a `rejected` event says which. */
  | 'refused';

/** What happens on a leg. */
export type LegEvent =
  /** Answers every `play`, `echo` and `digits` on an open leg, exactly once; only a leg that fails answers no more. */
  | {
      readonly type: 'finished';
      readonly play: string;
      readonly reason: FinishReason;
      readonly playedMs: number;
    }
  /** A key was pressed and let go (RFC 4733). */
  | { readonly type: 'digit'; readonly digit: string; readonly durationMs: number }
  /** Nothing came for so long, though something should have. Once, until something comes again. */
  | { readonly type: 'silent'; readonly forMs: number }
  /** What `record` heard: 8 kHz, about 200 ms at a time. */
  | { readonly type: 'heard'; readonly samples: Int16Array }
  /** The recording is over; all of it was handed on. */
  | { readonly type: 'recorded'; readonly recordedMs: number };

/** How the media plane is doing, every few seconds while legs are open. */
export interface MediaLoad {
  readonly legs: number;
  /** How late ticks began since the last report. */
  readonly tickLatenessMs: { readonly mean: number; readonly max: number };
  /** Ticks left out since the start because they could not be made up for. */
  readonly ticksSkipped: number;
  /** Commands for legs that are not open, since the start. Some are normal: a call may end while a command is on its way. */
  readonly commandsIgnored: number;
  /** Legs ended by a bug of ours, since the start. */
  readonly legsFailed: number;
  /** Errors of sockets since the start; of sending only a sample of one in 64 datagrams is looked at. */
  readonly socketErrors: number;
}

export type MediaEvent =
  | { readonly type: 'opened'; readonly leg: string; readonly port: number }
  | { readonly type: 'openFailed'; readonly leg: string; readonly reason: string }
  | (LegEvent & { readonly leg: string })
  | RecordingEvent
  /** Answers each `playRoom`, exactly once; `refused` when nobody is in the room. */
  | {
      readonly type: 'roomFinished';
      readonly room: string;
      readonly play: string;
      readonly reason: FinishReason;
      readonly playedMs: number;
    }
  | { readonly type: 'statistics'; readonly leg: string; readonly statistics: LegStatistics }
  /** A command that could not be followed; the leg goes on as it was. */
  | {
      readonly type: 'rejected';
      readonly leg: string;
      readonly command: MediaCommand['type'];
      readonly reason: string;
    }
  /** The last event of a leg. `failed`: a bug or the end of the worker closed it. */
  | {
      readonly type: 'closed';
      readonly leg: string;
      readonly reason: 'requested' | 'failed';
      readonly statistics: LegStatistics;
    }
  | ({ readonly type: 'load' } & MediaLoad);
