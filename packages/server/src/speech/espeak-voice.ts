/** Which of the engine's voices speaks a BCP 47 language, and which of its timbres a gender. */
import type { SpeechGender, SpeechNote } from './provider.ts';

/** A voice as the engine lists it; a smaller priority suits the language better. */
export interface EspeakVoice {
  readonly identifier: string;
  readonly languages: readonly { readonly name: string; readonly priority: number }[];
}

/** The engine's timbre files by gender; an empty name is the voice as its makers left it. */
export type EspeakTimbres = Readonly<Record<SpeechGender, string>>;

export const defaultTimbres: EspeakTimbres = { male: 'm3', female: 'f2', neutral: '' };

export interface ChosenVoice {
  /** The engine's name of the voice, such as `gmw/en-US`. */
  readonly identifier: string;
  /** The language really spoken, as the engine names it. */
  readonly language: string;
  readonly note: SpeechNote | undefined;
}

/** What callers hear when nothing else fits. */
const lastResort = 'en-us';

/** Tags that the engine knows under another name; what it has for them is as good as the tag itself. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['zh-hk', 'yue'],
  ['zh-mo', 'yue'],
  ['zh-hant-hk', 'yue'],
  ['zh-cn', 'cmn'],
  ['zh-sg', 'cmn'],
  ['zh-tw', 'cmn'],
  ['zh-hans', 'cmn'],
  ['zh-hant', 'cmn'],
  ['nn', 'nb'],
  ['iw', 'he'],
  ['in', 'id'],
  ['sh', 'sr'],
  ['mo', 'ro'],
  ['en-ca', 'en-us'],
  ...'ar bo cl co cr cu do ec gt hn mx ni pa pe pr py sv us uy ve'
    .split(' ')
    .map((country) => [`es-${country}`, 'es-419'] as const),
]);

/** The best voice for `language`: the tag itself, then its base language, then English; `undefined` without any of them. */
export function chooseVoice(voices: readonly EspeakVoice[], language: string): ChosenVoice | undefined {
  const asked = language.toLowerCase().replaceAll('_', '-');
  for (const tag of candidates(asked)) {
    const found = voiceFor(voices, tag);
    if (found) return { ...found, note: noteFor(voices, asked, tag, found.language) };
  }
  const english = voiceFor(voices, lastResort) ?? voiceFor(voices, 'en');
  return english && { ...english, note: fallbackNote(asked, english.language) };
}

/** `zh-hant-hk` and its alias, `zh-hant` and its alias, `zh`. */
function candidates(tag: string): string[] {
  const subtags = tag.split('-');
  return subtags.flatMap((_, index) => {
    const shorter = subtags.slice(0, subtags.length - index).join('-');
    const alias = aliases.get(shorter);
    return alias === undefined ? [shorter] : [shorter, alias];
  });
}

function voiceFor(
  voices: readonly EspeakVoice[],
  tag: string,
): { identifier: string; language: string } | undefined {
  let best: { identifier: string; language: string; priority: number } | undefined;
  for (const voice of voices) {
    for (const { name, priority } of voice.languages) {
      if (name.toLowerCase() !== tag || (best && best.priority <= priority)) continue;
      best = { identifier: voice.identifier, language: voice.languages[0]?.name ?? name, priority };
    }
  }
  return best && { identifier: best.identifier, language: best.language };
}

/** A region without a voice of its own is worth a note only where the language has several voices to sound unlike. */
function noteFor(
  voices: readonly EspeakVoice[],
  asked: string,
  found: string,
  speaks: string,
): SpeechNote | undefined {
  if (asked === found || aliases.get(asked) === found) return undefined;
  const regional = voices.filter((voice) => voice.languages.some(({ name }) => name === found));
  return regional.length < 2 ? undefined : fallbackNote(asked, speaks);
}

function fallbackNote(asked: string, speaks: string): SpeechNote {
  return {
    kind: 'languageFallback',
    message: `there is no voice for ${asked.slice(0, 40)}; ${speaks} was spoken`,
  };
}
