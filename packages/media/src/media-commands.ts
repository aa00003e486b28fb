import type { Clip } from './clip.ts';
import type { DigitPlan } from './digit-run.ts';
import type { KeyedClip } from './encoded-clips.ts';
import type { Connection, MediaCommand, PortRange } from './protocol.ts';

/**
 * What a call can ask of its media. Legs and plays are named by the caller; answers come as events. A command for a leg
 * that is not open does nothing.
 */
export interface MediaCommands {
  /** Takes ports for a leg: `opened` or `openFailed`. */
  open(leg: string): void;
  /** Connects the leg as offer and answer agreed; again with each re-INVITE. */
  connect(leg: string, connection: Connection): void;
  /** Plays clips without gaps: `finished`. Ends what the leg played before. */
  play(leg: string, play: string, clips: readonly Clip[]): void;
  /** Sends back what is heard, digits too: `finished`. */
  echo(leg: string, play: string, durationMs: number): void;
  /** Presses keys: `finished`. */
  digits(leg: string, play: string, plan: DigitPlan): void;
  /** Ends what is being played, echoed or pressed. */
  stop(leg: string): void;
  /** Hands on what is heard: `heard` again and again, then `recorded`. */
  record(leg: string, maxMs: number): void;
  stopRecording(leg: string): void;
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
    play: (leg, play, clips) => {
      send({ type: 'play', leg, play, clips: clips.map((clip) => keyOf(clip)) });
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
    stopRecording: (leg) => {
      send({ type: 'recordStop', leg });
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
