import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EspeakVoice } from './espeak-voice.ts';
import { chooseVoice } from './espeak-voice.ts';

function voice(identifier: string, ...languages: readonly (readonly [string, number])[]): EspeakVoice {
  return { identifier, languages: languages.map(([name, priority]) => ({ name, priority })) };
}

const voices = [
  voice('gmw/de', ['de', 5]),
  voice('gmw/en-029', ['en-029', 5], ['en', 10]),
  voice('gmw/en', ['en-gb', 2], ['en', 2]),
  voice('gmw/en-US', ['en-us', 2], ['en', 3]),
  voice('roa/es', ['es', 5]),
  voice('roa/es-419', ['es-419', 5], ['es-mx', 6]),
  voice('roa/fr-BE', ['fr-be', 5], ['fr', 8]),
  voice('roa/fr', ['fr-fr', 5], ['fr', 5]),
  voice('sit/cmn', ['cmn', 5], ['zh-cmn', 5], ['zh', 5]),
  voice('sit/yue', ['yue', 5], ['zh-yue', 5], ['zh', 8]),
];

/** Identifier, and the language spoken where that is noted as a fallback. */
function choice(language: string): string | undefined {
  const chosen = chooseVoice(voices, language);
  return chosen && `${chosen.identifier}${chosen.note ? ` (${chosen.note.message})` : ''}`;
}

describe('Choosing a voice', () => {
  it('takes the voice of the tag, whatever its case', () => {
    assert.equal(choice('en-US'), 'gmw/en-US');
    assert.equal(choice('EN-gb'), 'gmw/en');
    assert.equal(choice('fr-BE'), 'roa/fr-BE');
    assert.equal(choice('es-MX'), 'roa/es-419');
  });

  it('takes the base language without a note where it has one voice only', () => {
    assert.equal(choice('de-AT'), 'gmw/de');
    assert.equal(choice('de-Latn-CH-1996'), 'gmw/de');
  });

  it('notes a region whose language has other regional voices', () => {
    assert.equal(choice('fr-CA'), 'roa/fr (there is no voice for fr-ca; fr-fr was spoken)');
    assert.equal(choice('en-ZA'), 'gmw/en (there is no voice for en-za; en-gb was spoken)');
  });

  it('knows languages under their other names', () => {
    assert.equal(choice('zh-CN'), 'sit/cmn');
    assert.equal(choice('zh-HK'), 'sit/yue');
    assert.equal(choice('es-AR'), 'roa/es-419');
    assert.equal(choice('en-CA'), 'gmw/en-US');
  });

  it('falls back to English and notes it', () => {
    assert.equal(choice('tlh'), 'gmw/en-US (there is no voice for tlh; en-us was spoken)');
    assert.equal(choice('x_y'), 'gmw/en-US (there is no voice for x-y; en-us was spoken)');
  });

  it('has nothing to offer without English', () => {
    assert.equal(chooseVoice([voice('gmw/de', ['de', 5])], 'fr'), undefined);
  });
});
