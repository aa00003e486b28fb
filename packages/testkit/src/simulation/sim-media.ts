import type { Monotonic } from '@parley/core';
import {
  type Connection,
  createInlineMedia,
  type MediaCommands,
  type MediaEvent,
  type RecordingFiles,
} from '@parley/media';
import { Alarm, type Clock } from '@parley/server';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Endpoint, VirtualNetwork } from '../virtual-network.ts';

export interface SimMediaOptions {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly address: string;
  readonly ports: { readonly min: number; readonly max: number };
  readonly random: () => number;
  readonly rtpTimeoutMs: number;
  readonly isDead: () => boolean;
  /** Nothing is sent and nothing heard, but commands are followed. */
  readonly isMute?: () => boolean;
  /** Where recordings are kept, also when this is dead; absent: nowhere that lasts. */
  readonly files?: RecordingFiles | undefined;
  /** How long taking a port takes; absent: no time. */
  readonly bindMs?: () => number | 'refused';
  readonly onEvent: (event: MediaEvent) => void;
  /** Every datagram on its way out, and in; `port` is the one on this side. The bytes are the sender's. */
  readonly onSend?: (to: Endpoint, bytes: Uint8Array, port: number) => void;
  readonly onReceive?: (bytes: Uint8Array, port: number) => void;
  /** A leg is told whom to talk to. */
  readonly onConnect?: (leg: string, connection: Connection) => void;
  /** A leg is let go of. */
  readonly onClose?: (leg: string) => void;
  /** Each time it woke by itself. */
  readonly onWake?: () => void;
}

export interface SimMedia extends MediaCommands {
  /** When it wants to be woken; undefined: not before a command or a packet. */
  wakeAt(): number | undefined;
  /** Whether sound is made, recorded or mixed, which takes a tick every 20 ms. */
  readonly isBusy: boolean;
  /** Whether a leg says something that will come to an end by itself, or has said it since then. */
  speaks(leg: string, since: number): boolean;
}

/** The real media engine on the virtual network, ticked by the virtual clock. What is dead sends and hears nothing. */
export function createSimMedia(options: SimMediaOptions): SimMedia {
  const { clock, network, isDead, onEvent, bindMs, isMute = () => false } = options;
  const playing = new Map<string, string>();
  /** Legs that say again and again what they say. */
  const repeating = new Set<string>();
  /** When legs last came to the end of what they said. */
  const spokenUntil = new Map<string, number>();
  /** Legs whose sound is passed on, and recordings. */
  const recording = new Set<string>();
  const inRooms = new Set<string>();
  const isSpeaking = (leg: string): boolean => playing.has(leg) && !repeating.has(leg);
  const fallSilent = (leg: string): void => {
    if (isSpeaking(leg)) spokenUntil.set(leg, clock.ms);
    playing.delete(leg);
  };
  /** What it says from now on takes the place of what it said. */
  const speak = (leg: string, play: string, isRepeated: boolean): void => {
    fallSilent(leg);
    playing.set(leg, play);
    if (isRepeated) repeating.add(leg);
    else repeating.delete(leg);
  };
  const media = createInlineMedia({
    ports: options.ports,
    address: options.address,
    clock: () => clock.ms,
    random: options.random,
    rtpTimeoutMs: options.rtpTimeoutMs,
    files: options.files,
    // Hours of silence cost nothing: packets that carry nothing are not sent, and legs that rest are not ticked.
    continuousSilence: false,
    onEvent(event) {
      if (event.type === 'finished' && playing.get(event.leg) === event.play) fallSilent(event.leg);
      if (event.type === 'recorded') recording.delete(event.leg);
      if (event.type === 'recordingEnded') recording.delete(event.recording);
      // As from a worker: never within the command that caused it.
      clock.after(0, () => {
        if (!isDead()) onEvent(event);
      });
    },
    onError(error) {
      throw error;
    },
    network: {
      bind(address, port, onPacket, done) {
        const bind = (): void => {
          const own = { address, port };
          if (network.isBound(own)) return done({ ok: false, error: 'in use' });
          const close = network.bind(own, (bytes, from) => {
            if (isDead() || isMute()) return;
            options.onReceive?.(bytes, port);
            onPacket(bytes, from);
            drive();
          });
          const send = (bytes: Uint8Array, length: number, to: string, toPort: number): void => {
            if (isDead() || isMute()) return;
            const packet = bytes.subarray(0, length);
            options.onSend?.({ address: to, port: toPort }, packet, port);
            network.send(own, { address: to, port: toPort }, packet, true);
          };
          return done({ ok: true, value: { send, close } });
        };
        const ms = bindMs === undefined ? 0 : bindMs();
        if (ms === 'refused') done({ ok: false, error: 'refused' });
        else if (ms === 0) bind();
        else
          clock.after(ms, () => {
            bind();
            // What is to follow, such as more ports to be taken, is due with the next tick.
            drive();
          });
      },
    },
  });
  const alarm = new Alarm(quiet(clock), () => {
    if (isDead()) return;
    options.onWake?.();
    media.tick();
    drive();
  });
  const wakeAt = (): number | undefined => {
    const at = media.wakeAt();
    return Number.isFinite(at) ? at : undefined;
  };
  const drive = (): void => alarm.set(isDead() ? undefined : (wakeAt() as Monotonic | undefined));
  /** Does it unless dead, and looks at when the next tick is due. */
  const driven = (command: () => void): void => {
    if (isDead()) return;
    command();
    drive();
  };
  return {
    wakeAt,
    get isBusy() {
      return playing.size + recording.size + inRooms.size > 0;
    },
    speaks: (leg, since) => isSpeaking(leg) || (spokenUntil.get(leg) ?? Number.NEGATIVE_INFINITY) >= since,
    open: (leg) => driven(() => media.open(leg)),
    connect: (leg, connection) => {
      driven(() => media.connect(leg, connection));
      if (!isDead()) options.onConnect?.(leg, connection);
    },
    play: (leg, play, clips, options) => {
      driven(() => media.play(leg, play, clips, options));
      speak(leg, play, options?.repeat === true);
    },
    echo: (leg, play, durationMs) => {
      driven(() => media.echo(leg, play, durationMs));
      speak(leg, play, false);
    },
    digits: (leg, play, plan) => {
      driven(() => media.digits(leg, play, plan));
      speak(leg, play, false);
    },
    stop: (leg) => driven(() => media.stop(leg)),
    record: (leg, maxMs) => {
      driven(() => media.record(leg, maxMs));
      recording.add(leg);
    },
    stopRecord: (leg) => driven(() => media.stopRecord(leg)),
    join: (leg, room, mode) => {
      driven(() => media.join(leg, room, mode));
      inRooms.add(leg);
    },
    leave: (leg) => {
      driven(() => media.leave(leg));
      inRooms.delete(leg);
    },
    playRoom: (room, play, clips, options) => driven(() => media.playRoom(room, play, clips, options)),
    stopRoom: (room) => driven(() => media.stopRoom(room)),
    startRecording: (name, plan) => {
      recording.add(name);
      driven(() => media.startRecording(name, plan));
    },
    pauseRecording: (recording) => driven(() => media.pauseRecording(recording)),
    resumeRecording: (recording) => driven(() => media.resumeRecording(recording)),
    stopRecording: (recording) => driven(() => media.stopRecording(recording)),
    stats: (leg) => driven(() => media.stats(leg)),
    close: (leg) => {
      driven(() => media.close(leg));
      playing.delete(leg);
      repeating.delete(leg);
      spokenUntil.delete(leg);
      recording.delete(leg);
      inRooms.delete(leg);
      if (!isDead()) options.onClose?.(leg);
    },
  };
}

/** What the media has to tell comes by `after`; a tick as such concerns no promise. */
function quiet(clock: VirtualClock): Clock {
  return { now: () => clock.now(), after: (ms, callback) => clock.afterQuietly(ms, callback) };
}
