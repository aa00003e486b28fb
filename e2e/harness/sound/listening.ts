import { eventPayloadType } from '../phone/sdp-text.ts';
import { frameLength, type RtpPacket } from '../phone/sound-port.ts';

/** Silence in either law is close to these bytes; here it only fills what never came. */
const fillers = new Map([
  [0, 0xff],
  [8, 0xd5],
]);

export function soundPackets(packets: readonly RtpPacket[], payloadType: number): RtpPacket[] {
  return packets.filter((packet) => packet.payloadType === payloadType);
}

/** What a perfect receiver hears from the first packet to the last: each packet where its timestamp says. */
export function soundOf(packets: readonly RtpPacket[], payloadType: number): Buffer {
  const sound = soundPackets(packets, payloadType);
  const [first] = sound;
  if (first === undefined) return Buffer.alloc(0);
  const at = (packet: RtpPacket): number => (packet.timestamp - first.timestamp) | 0;
  const length = Math.max(...sound.map((packet) => at(packet) + packet.payload.length));
  const heard = Buffer.alloc(length, fillers.get(payloadType));
  for (const packet of sound) if (at(packet) >= 0) heard.set(packet.payload, at(packet));
  return heard;
}

/** The keys in a stretch of packets, one per timestamp, once there are so many that have ended. */
export function keysIn(packets: readonly RtpPacket[], count: number): number[] | undefined {
  const ended = packets.filter(
    ({ payloadType, payload }) => payloadType === eventPayloadType && payload.readUInt8(1) >= 0x80,
  );
  const keys = new Map(ended.map(({ timestamp, payload }) => [timestamp, payload.readUInt8(0)]));
  return keys.size >= count ? [...keys.values()] : undefined;
}

/** What is wrong with a stretch of packets that should be one unbroken flow of 20 ms each. */
export function breaksOf(packets: readonly RtpPacket[]): string[] {
  return packets.slice(1).flatMap((packet, index) => {
    const before = packets[index];
    if (before === undefined) return [];
    const step = (packet.sequence - before.sequence) & 0xffff;
    const time = (packet.timestamp - before.timestamp) | 0;
    const problems: string[] = [];
    if (step !== 1) problems.push(`sequence ${before.sequence} is followed by ${packet.sequence}`);
    if (time !== frameLength)
      problems.push(`timestamp ${before.timestamp} is followed by ${packet.timestamp}`);
    if (packet.ssrc !== before.ssrc) problems.push('the source changed');
    if (packet.marker) problems.push(`a talkspurt begins at ${packet.sequence}`);
    return problems;
  });
}

/** The share of the time, from the first packet to the last, in which no packet has its place. */
export function missingShare(packets: readonly RtpPacket[]): number {
  const [first, last] = [packets[0], packets.at(-1)];
  if (first === undefined || last === undefined) return 1;
  const frames = ((last.timestamp - first.timestamp) | 0) / frameLength + 1;
  return 1 - packets.length / frames;
}

/**
 * How much later than its place in the flow the latest packet came, in milliseconds: what a jitter buffer has to hold
 * for nobody to hear a gap.
 */
export function latenessMs(packets: readonly RtpPacket[]): number {
  const [first] = packets;
  if (first === undefined) return 0;
  const offsets = packets.map(({ at, timestamp }) => at - ((timestamp - first.timestamp) | 0) / 8);
  return Math.max(...offsets) - Math.min(...offsets);
}

/** The share of a sound's energy that is at one frequency (Goertzel): 1 for a pure tone. */
export function shareAt(hertz: number, samples: Int16Array): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / 8000);
  let [previous, beforeThat, energy] = [0, 0, 0];
  for (const sample of samples) {
    const next = sample + coefficient * previous - beforeThat;
    [beforeThat, previous] = [previous, next];
    energy += sample * sample;
  }
  const power = previous ** 2 + beforeThat ** 2 - coefficient * previous * beforeThat;
  return energy === 0 ? 0 : (2 * power) / (samples.length * energy);
}

/** Root mean square of samples, of full scale. */
export function rmsOf(samples: Int16Array): number {
  const sum = samples.reduce((total, sample) => total + sample * sample, 0);
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length) / 32_768;
}

/** Milliseconds of 20 ms frames that are louder than `level` of full scale. */
export function loudMs(samples: Int16Array, level: number): number {
  let frames = 0;
  for (let at = 0; at + frameLength <= samples.length; at += frameLength) {
    if (rmsOf(samples.subarray(at, at + frameLength)) > level) frames += 1;
  }
  return frames * 20;
}

/** How long, in milliseconds, a sound is little else than one tone: the pieces of 100 ms in which it is. */
export function toneMs(hertz: number, samples: Int16Array): number {
  let pieces = 0;
  for (let at = 0; at + 800 <= samples.length; at += 800) {
    const piece = samples.subarray(at, at + 800);
    if (rmsOf(piece) > 0.02 && shareAt(hertz, piece) > 0.8) pieces += 1;
  }
  return pieces * 100;
}

/** How loud one frequency is in a second of sound, in decibels of a full sine; the second has no edges (Hann window). */
export function levelAt(hertz: number, samples: Int16Array): number {
  let [real, imaginary, weights] = [0, 0, 0];
  samples.forEach((sample, n) => {
    const weight = 1 - Math.cos((2 * Math.PI * (n + 0.5)) / samples.length);
    const angle = (2 * Math.PI * hertz * n) / 8000;
    real += weight * sample * Math.cos(angle);
    imaginary += weight * sample * Math.sin(angle);
    weights += weight;
  });
  return 20 * Math.log10((2 * Math.hypot(real, imaginary)) / (weights * 32_768) + 1e-9);
}
