import type { LegStatistics } from '@parley/media';
import type { Heard } from './hearing.ts';
import type { PhoneNews } from './phone.ts';

/** `4.321 s`, right-aligned so that lines of one call stand under each other. */
export function timeColumn(ms: number): string {
  return `${(ms / 1000).toFixed(3).padStart(8)} s`;
}

/** What the phone tells, as text; undefined where another line says it. */
export function newsText(news: PhoneNews, number: string, from: string, server: string): string | undefined {
  switch (news.kind) {
    case 'dialling':
      return `dialling ${number} at ${server}, calling from ${from}`;
    case 'ringing':
      return news.status === 183 ? 'early sound (183)' : `ringing (${news.status})`;
    case 'answered':
      return `answered after ${Math.round(news.afterMs)} ms`;
    case 'key':
      return `key ${news.digit} pressed`;
    case 'sound':
      return `saying ${seconds(news.ms)} of sound`;
    case 'sounded':
      return 'said it';
    case 'ended':
      return undefined;
  }
}

export function heardText({ totalMs, soundMs }: Heard): string {
  return `heard ${seconds(totalMs)}: ${seconds(soundMs)} of voice or tones, ${seconds(totalMs - soundMs)} of silence`;
}

/** How good the sound was. */
export function qualityText(figures: LegStatistics): string {
  const { packetsReceived, packetsLost, jitterMs } = figures;
  return `${packetsReceived} packets received, ${Math.max(0, packetsLost)} lost, jitter ${jitterMs.toFixed(1)} ms`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
