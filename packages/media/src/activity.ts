import type { G711Codec } from './g711.ts';
import type { AudioSource, RtpSender } from './rtp-sender.ts';
import { g711Silence } from './g711.ts';

/** What a leg is saying at the moment: clips, digits or what it hears. One at a time; a new one ends the old one. */
export interface Activity {
  /** The caller's name for it, given back when it ends. */
  readonly play: string;
  /** Milliseconds of it that were sent so far. */
  readonly playedMs: number;
  /** True once all of it was sent. */
  readonly done: boolean;
  /** Sends 20 ms; `background` is what the leg would say without the activity, for its pauses. */
  tick(sender: RtpSender, background: AudioSource): void;
  /** Called before the first tick and whenever the leg's codec changes. */
  setCodec(codec: G711Codec): void;
  /** Broken off: sends what is owed, such as the end of a digit. */
  stop(sender: RtpSender): void;
}

const silences: Readonly<Record<G711Codec, AudioSource>> = {
  PCMU: silenceOf(g711Silence('PCMU')),
  PCMA: silenceOf(g711Silence('PCMA')),
};

function silenceOf(character: number): AudioSource {
  return {
    fill: (target, at, length) => {
      target.fill(character, at, at + length);
    },
  };
}

/** What a leg says when it has nothing to say. */
export function silentSource(codec: G711Codec): AudioSource {
  return silences[codec];
}
