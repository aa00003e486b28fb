/** The attribute values of SSML 1.1 sections 3.2.3 and 3.2.4, and of 1.0 where documents in the wild still use them. */
import type { Emphasis, Pitch } from './speech-document.ts';
import { speechLimits } from './limits.ts';

/** Each reader gives `undefined` for a value that means nothing. */
type Read<T> = T | undefined;

const rateLabels: ReadonlyMap<string, number> = new Map([
  ['x-slow', 0.6],
  ['slow', 0.8],
  ['medium', 1],
  ['default', 1],
  ['fast', 1.25],
  ['x-fast', 1.6],
]);
const pitchLabels: ReadonlyMap<string, number> = new Map([
  ['x-low', 0.7],
  ['low', 0.85],
  ['medium', 1],
  ['default', 1],
  ['high', 1.15],
  ['x-high', 1.35],
]);
const volumeLabels: ReadonlyMap<string, number> = new Map([
  ['silent', 0],
  ['x-soft', 0.35],
  ['soft', 0.6],
  ['medium', 1],
  ['default', 1],
  ['loud', 1.4],
  ['x-loud', 2],
]);
/** Pauses in milliseconds; the specification leaves the lengths to the processor. */
const breakLabels: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['x-weak', 100],
  ['weak', 200],
  ['medium', 400],
  ['strong', 700],
  ['x-strong', 1_000],
]);
const emphasisLabels: ReadonlyMap<string, Emphasis> = new Map([
  ['none', 'none'],
  ['reduced', 'reduced'],
  ['moderate', 'moderate'],
  ['strong', 'strong'],
]);

/** Beyond these an engine only garbles; a caller must still understand the words. */
const bounds = {
  rate: { low: 0.3, high: 3 },
  pitch: { low: 0.5, high: 2 },
  hertz: { low: 40, high: 500 },
  volume: { low: 0, high: 4 },
} as const;

/** `500ms`, `1.5s` or a strength; no attribute at all is a medium break. Milliseconds, at most `speechLimits.breakMs`. */
export function readBreak(time: string | undefined, strength: string | undefined): Read<number> {
  if (time === undefined) return breakLabels.get(strength?.trim() ?? 'medium');
  const found = /^\+?(\d+(?:\.\d*)?|\.\d+)(ms|s)$/i.exec(time.trim());
  if (!found) return undefined;
  const ms = Number(found[1]) * (found[2]?.toLowerCase() === 's' ? 1_000 : 1);
  return Math.min(Math.round(ms), speechLimits.breakMs);
}

export function readEmphasis(level: string | undefined): Read<Emphasis> {
  return emphasisLabels.get(level?.trim() ?? 'moderate');
}

/** A label counts from the normal speed, a figure (`80%`, `+10%`, `1.2`) from the speed in force. */
export function readRate(value: string, current: number): Read<number> {
  const label = rateLabels.get(value.trim());
  const factor = readFactor(value);
  if (label === undefined && factor === undefined) return undefined;
  return clamp(label ?? current * (factor ?? 1), bounds.rate);
}

/** A label, `+10%`, `-2st`, `+20Hz` or `120Hz`. */
export function readPitch(value: string, current: Pitch): Read<Pitch> {
  const label = pitchLabels.get(value.trim());
  if (label !== undefined) return { hertz: undefined, ratio: label, shiftHz: 0 };
  const found = /^([+-]?)(\d+(?:\.\d+)?)(hz|st|%)$/i.exec(value.trim());
  if (!found) return undefined;
  const [, sign = '', digits = '', unit = ''] = found;
  const amount = Number(digits) * (sign === '-' ? -1 : 1);
  if (unit === '%') return scaled(current, sign === '' ? amount / 100 : 1 + amount / 100);
  if (unit.toLowerCase() === 'st') return scaled(current, 2 ** (amount / 12));
  if (sign === '') return { hertz: clamp(amount, bounds.hertz), ratio: 1, shiftHz: 0 };
  return { ...current, shiftHz: current.shiftHz + clamp(amount, { low: -200, high: 200 }) };
}

function scaled(pitch: Pitch, factor: number): Pitch {
  return { ...pitch, ratio: clamp(pitch.ratio * factor, bounds.pitch), shiftHz: pitch.shiftHz * factor };
}

/** A label, `+6dB`, `50%`, or 0..100 as in SSML 1.0 (100 is normal; a sign counts from the level in force). */
export function readVolume(value: string, current: number): Read<number> {
  const label = volumeLabels.get(value.trim());
  if (label !== undefined) return label;
  const found = /^([+-]?)(\d+(?:\.\d+)?)(db|%|)$/i.exec(value.trim());
  if (!found) return undefined;
  const [, sign = '', digits = '', unit = ''] = found;
  const amount = Number(digits) * (sign === '-' ? -1 : 1);
  if (unit.toLowerCase() === 'db') return clamp(current * 10 ** (amount / 20), bounds.volume);
  if (sign === '') return clamp((unit === '%' ? current : 1) * (amount / 100), bounds.volume);
  return clamp(current + amount / 100, bounds.volume);
}

/** `80%`, `+10%`, `-10%` or a plain multiplier such as `1.2`. */
function readFactor(value: string): Read<number> {
  const found = /^([+-]?)(\d+(?:\.\d+)?)(%?)$/.exec(value.trim());
  if (!found) return undefined;
  const [, sign = '', digits = '', percent = ''] = found;
  const amount = Number(digits) / (percent === '%' ? 100 : 1);
  if (sign === '') return amount;
  return sign === '+' ? 1 + amount : 1 - amount;
}

function clamp(value: number, range: { readonly low: number; readonly high: number }): number {
  return Math.min(range.high, Math.max(range.low, value));
}
