import type { Clip } from './clip.ts';
import type { DigitPlan } from './digit-run.ts';
import type { KeyedClip } from './encoded-clips.ts';
import type { Connection, MediaCommand, PortRange, RecordingPlan } from './protocol.ts';
import type { RoomMode } from './room-member.ts';

/** How clips are played. */
export interface PlayOptions {
  /** Again and again, until it is stopped. */
  readonly repeat?: boolean | undefined;
}

/**
 * What a call can ask of its media. Legs and plays are named by the caller; answers come as events. A command for a leg
 * that is not open does nothing.
 */
export interface MediaCommands {
  /** Takes ports for a leg: `opened` or `openFailed`. */
  open(leg: string): void;
  /** Connects the leg as offer and answer agreed; again with each re-INVITE. */
  connect(leg: string, connection: Connection): void;
  /** Plays clips without gaps: `finished`. Ends what the leg played before. In a room it is heard in its place. */
  play(leg: string, play: string, clips: readonly Clip[], options?: PlayOptions): void;
  /** Sends back what is heard, digits too: `finished`. */
  echo(leg: string, play: string, durationMs: number): void;
  /** Presses keys: `finished`. */
  digits(leg: string, play: string, plan: DigitPlan): void;
  /** Ends what is being played, echoed or pressed. */
  stop(leg: string): void;
  /** Hands on what is heard: `heard` again and again, then `recorded`. */
  record(leg: string, maxMs: number): void;
  /** Ends what `record` began. */
  stopRecord(leg: string): void;
  /** Seats the leg in a room, or changes how it sits there; without a mode it hears all and all hear it. */
  join(leg: string, room: string, mode?: Partial<RoomMode>): void;
  leave(leg: string): void;
  /** Plays to all in a room, over what they say: `roomFinished`. */
  playRoom(room: string, play: string, clips: readonly Clip[], options?: PlayOptions): void;
  stopRoom(room: string): void;
  /** Records to a file: `recordingStarted`, `recordingEnded`. */
  startRecording(recording: string, plan: RecordingPlan): void;
  /** Nothing is recorded, nor counted, until `resumeRecording`. */
  pauseRecording(recording: string): void;
  resumeRecording(recording: string): void;
  stopRecording(recording: string): void;
  /** Asks for `statistics`. */
  stats(leg: string): void;
  /** Ends the leg: `closed`. */
  close(leg: string): void;
}

/** Turns method calls into protocol commands. Clips get a key each, by which the other side knows them again. */
export function createMediaCommands(
  ports: PortRange,
  address: string,
  send: (command: MediaCommand) => void,
): MediaCommands {
  const keyOf = createClipKeys();
  return {
    open: (leg) => {
      send({ type: 'open', leg, ports, address });
    },
    connect: (leg, connection) => {
      send({ type: 'connect', leg, ...connection });
    },
    play: (leg, play, clips, options) => {
      send({ type: 'play', leg, play, clips: clips.map((clip) => keyOf(clip)), ...options });
    },
    echo: (leg, play, durationMs) => {
      send({ type: 'echo', leg, play, durationMs });
    },
    digits: (leg, play, plan) => {
      send({ type: 'digits', leg, play, ...plan });
    },
    stop: (leg) => {
      send({ type: 'stop', leg });
    },
    record: (leg, maxMs) => {
      send({ type: 'record', leg, maxMs });
    },
    stopRecord: (leg) => {
      send({ type: 'recordStop', leg });
    },
    join: (leg, room, mode) => {
      send({ type: 'join', leg, room, hears: true, heardBy: true, ...mode });
    },
    leave: (leg) => {
      send({ type: 'leave', leg });
    },
    playRoom: (room, play, clips, options) => {
      send({ type: 'playRoom', room, play, clips: clips.map((clip) => keyOf(clip)), ...options });
    },
    stopRoom: (room) => {
      send({ type: 'stopRoom', room });
    },
    startRecording: (recording, plan) => {
      send({ type: 'startRecording', recording, ...plan });
    },
    pauseRecording: (recording) => {
      send({ type: 'pauseRecording', recording });
    },
    resumeRecording: (recording) => {
      send({ type: 'resumeRecording', recording });
    },
    stopRecording: (recording) => {
      send({ type: 'stopRecording', recording });
    },
    stats: (leg) => {
      send({ type: 'stats', leg });
    },
    close: (leg) => {
      send({ type: 'close', leg });
    },
  };
}

/** Numbers clips by the identity of their samples, which does not survive the way to another thread. */
function createClipKeys(): (clip: Clip) => KeyedClip {
  const keys = new WeakMap<Int16Array, number>();
  let next = 0;
  return ({ samples }) => {
    let key = keys.get(samples);
    if (key === undefined) {
      key = next;
      next += 1;
      keys.set(samples, key);
    }
    return { key, samples };
  };
}
