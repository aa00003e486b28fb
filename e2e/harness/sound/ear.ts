import { payloadTypes } from '../phone/sdp-text.ts';
import type { RtpPacket, SoundPort } from '../phone/sound-port.ts';
import { levelAt, rmsOf, soundOf, soundPackets } from './listening.ts';
import { decode } from './sox.ts';

/** What is listened to at a time: half a second. */
const packetsAtOnce = 25;

/** Nobody waits longer for a sound. */
const patienceMs = 12_000;

/** Waits until half a second of what comes from now on is what it should be. */
export async function hears(
  ear: SoundPort,
  what: string,
  matches: (samples: Int16Array) => boolean,
): Promise<void> {
  const { heard } = ear;
  const until = performance.now() + patienceMs;
  let last = '';
  for (let from = heard.entries.length; performance.now() < until; ) {
    const packets = await heard.when(
      what,
      (entries) => {
        const sound = soundPackets(entries.slice(from), payloadTypes.PCMU);
        return sound.length >= packetsAtOnce ? sound : undefined;
      },
      patienceMs,
    );
    const samples = await samplesOf(packets.slice(0, packetsAtOnce));
    if (matches(samples)) return;
    last = `rms ${rmsOf(samples).toFixed(3)}`;
    from = heard.entries.indexOf(packets[packetsAtOnce - 1] as RtpPacket) + 1;
  }
  throw new Error(`${patienceMs} ms without ${what}; at last ${last}`);
}

async function samplesOf(packets: readonly RtpPacket[]): Promise<Int16Array> {
  return await decode('PCMU', soundOf(packets, payloadTypes.PCMU));
}

/** Loud at every one of these frequencies, and at none of those. */
export function has(tones: readonly number[], without: readonly number[] = []) {
  return (samples: Int16Array): boolean =>
    tones.every((hertz) => levelAt(hertz, samples) > -25) &&
    without.every((hertz) => levelAt(hertz, samples) < -40);
}

/** Music: loud, and no tone of a phone in it. */
export function isMusicWithout(...tones: readonly number[]) {
  return (samples: Int16Array): boolean =>
    rmsOf(samples) > 0.01 && !isRinging(samples) && has([], tones)(samples);
}

/** Both tones of North American ringing, or the one of Europe: whatever a caller takes for ringing. */
export function isRinging(samples: Int16Array): boolean {
  return has([440, 480])(samples) || has([425])(samples) || has([400, 450])(samples);
}
