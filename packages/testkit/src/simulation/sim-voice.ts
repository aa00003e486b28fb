import { type Clip, createClip, encodeG711, type G711Codec, g711PayloadTypes } from '@parley/media';

/** How many can be told apart. */
export const mostVoices = 14;

/** Levels at which G.711 changes in steps of 256: neighbours stay apart, and a sum of two is louder than any of them. */
const lowestLevel = 4_352;
const levelStep = 256;
/** What comes late after a pause is dropped for up to 100 ms, on the slowest network: some of a burst comes after that. */
const burstMs = 160;

const rtpHeaderBytes = 12;
const shortestPayload = 80;

/** A phone's voice is a level of its own, by which whoever hears it knows who it was. */
export function voiceOf(speaker: number): Clip {
  if (speaker < 0 || speaker >= mostVoices) throw new Error(`there are ${mostVoices} voices`);
  return createClip(new Int16Array(burstMs * 8).fill(lowestLevel + speaker * levelStep));
}

/** Finds whose voice an RTP packet carries. */
export function createVoiceFinder(): (packet: Uint8Array) => number | undefined {
  const speakers = new Map<number, number>();
  for (let speaker = 0; speaker < mostVoices; speaker += 1) {
    const [sample] = voiceOf(speaker).samples.subarray(0, 1);
    for (const codec of ['PCMU', 'PCMA'] as const)
      speakers.set(keyOf(g711PayloadTypes[codec], encoded(codec, sample ?? 0)), speaker);
  }
  return (packet) => {
    const [first = 0, second = 0] = packet;
    if (first !== 0x80 || packet.length < rtpHeaderBytes + shortestPayload) return undefined;
    const character = packet[rtpHeaderBytes] ?? 0;
    const speaker = speakers.get(keyOf(second & 0x7f, character));
    if (speaker === undefined) return undefined;
    // Where a packet begins or ends in the middle of a burst it is nobody's.
    for (let at = rtpHeaderBytes; at < packet.length; at += 1) if (packet[at] !== character) return undefined;
    return speaker;
  };
}

function encoded(codec: G711Codec, sample: number): number {
  return encodeG711(codec, Int16Array.of(sample))[0] ?? 0;
}

function keyOf(payloadType: number, character: number): number {
  return payloadType * 256 + character;
}
