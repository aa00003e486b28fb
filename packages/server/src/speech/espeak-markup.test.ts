import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { EspeakPart, PrintOptions } from './espeak-markup.ts';
import { loudestOf, partsOf, printPart } from './espeak-markup.ts';
import type { SpeechDocument } from './speech-document.ts';
import { isMarkup, parseSpeech } from './speech-parser.ts';

function documentOf(text: string): SpeechDocument {
  const parsed = parseSpeech({ text, language: 'en-US', gender: 'female' });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

function optionsFor(document: SpeechDocument): PrintOptions {
  return { language: 'en-us', voiceHertz: 200, pitchRatio: 1, loudest: loudestOf(document) };
}

/** The engine's markup of a document with one voice, without the command that turns the echo off. */
function printed(text: string, options: Partial<PrintOptions> = {}): string {
  const document = documentOf(text);
  const [part, ...others] = partsOf(document).filter(({ kind }) => kind === 'speech');
  assert.ok(part?.kind === 'speech' && others.length === 0);
  const markup = printPart(part.nodes, { ...optionsFor(document), ...options });
  assert.ok(markup.startsWith('\u00011H'));
  return markup.slice(3);
}

function sketch(parts: readonly EspeakPart[]): string[] {
  return parts.map((part) => (part.kind === 'silence' ? `${part.ms} ms` : `${part.language} ${part.gender}`));
}

describe("The engine's markup", () => {
  it('states every style in full and never nests one in another', () => {
    const markup = printed(
      '<speak>a<prosody rate="50%">b<prosody volume="soft">c</prosody></prosody></speak>',
    );
    assert.equal(
      markup,
      '<prosody rate="100%" pitch="50" volume="70">a</prosody>' +
        '<prosody rate="50%" pitch="50" volume="70">b</prosody>' +
        '<prosody rate="50%" pitch="50" volume="42">c</prosody>',
    );
  });

  it('keeps breaks outside of styles, since the engine would carry the rate on', () => {
    const markup = printed('<speak><prosody rate="2">a<break time="1.5s"/>b</prosody></speak>');
    assert.match(markup, /<\/prosody><break time="1500ms"\/><prosody/);
  });

  it('ends sentences and paragraphs', () => {
    assert.match(printed('<speak><s>a</s><s>b</s></speak>'), />a<\/prosody><\/s><prosody/);
    assert.match(printed('<speak><p>a</p><p>b</p></speak>'), />a<\/prosody><\/p><prosody/);
  });

  it('lets neither markup nor commands of the engine through from the text', () => {
    const markup = printed('a<b>&amp; [[h@loU]] [[[x]]] \u0001 30S');
    assert.match(markup, />a&lt;b&gt;&amp;amp; \[ \[h@loU\] \] \[ \[ \[x\] \] \]  {2}30S</);
  });

  it('lets no text whatever become a tag, a command or phonemes', () => {
    const around = printed('|').split('|');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (isMarkup(text) || documentOf(text).nodes.length === 0) return;
        const said = printed(text).slice(around[0]?.length, -(around[1]?.length ?? 0));
        assert.doesNotMatch(said, /[<>]|\[\[|\]\]|&(?!amp;|lt;|gt;)|[^\P{Cc}\n\t]/u);
      }),
    );
  });

  it('spells characters with the engine and words everything else itself', () => {
    assert.match(
      printed('<speak><say-as interpret-as="characters"> AB </say-as></speak>'),
      /<say-as interpret-as="characters">AB<\/say-as>/,
    );
    assert.match(printed('<speak><say-as interpret-as="ordinal">3</say-as></speak>'), />3rd</);
  });

  it("turns pitch into the engine's scale, within its range", () => {
    const pitchOf = (attribute: string, options: Partial<PrintOptions> = {}): string | undefined =>
      /pitch="(\d+)"/.exec(printed(`<speak><prosody pitch="${attribute}">a</prosody></speak>`, options))?.[1];
    assert.equal(pitchOf('medium'), '50');
    assert.equal(pitchOf('200Hz'), '50');
    assert.equal(pitchOf('+21%'), '70');
    assert.equal(pitchOf('+18Hz'), '60');
    assert.equal(pitchOf('200%'), '99');
    assert.equal(pitchOf('50%'), '0');
    assert.equal(pitchOf('medium', { pitchRatio: 1.34 }), '80');
  });

  it('scales by the loudest words, so that none clip', () => {
    const markup = printed('<speak>a<prosody volume="x-loud">b</prosody></speak>');
    assert.match(markup, /volume="35">a<.*volume="70">b</);
    const strong = printed('<speak>a<emphasis level="strong">b</emphasis></speak>');
    assert.match(
      strong,
      /volume="41">a<.*<emphasis level="strong"><prosody [^>]*volume="41">b<\/prosody><\/emphasis>/,
    );
    assert.match(printed('<speak><prosody volume="silent">a</prosody></speak>'), /volume="0"/);
  });
});

describe('The parts of a document', () => {
  it('split where language or gender changes, with a short rest', () => {
    const markup =
      '<speak>a <lang xml:lang="de">b</lang> <voice gender="male">c <emphasis>d</emphasis></voice></speak>';
    const expected = ['en-US female', '60 ms', 'de female', '60 ms', 'en-US male'];
    assert.deepEqual(sketch(partsOf(documentOf(markup))), expected);
  });

  it('turn breaks and sentence ends at their edges into silence', () => {
    const markup =
      '<speak><break time="1s"/><s>a</s><s xml:lang="de">b</s><break time="2s"/>' +
      '<lang xml:lang="fr">c</lang><break time="3s"/></speak>';
    const expected = ['1000 ms', 'en-US female', '250 ms', 'de female', '2000 ms', 'fr female', '3000 ms'];
    assert.deepEqual(sketch(partsOf(documentOf(markup))), expected);
  });

  it('are silence alone, or nothing, in a document without words', () => {
    assert.deepEqual(sketch(partsOf(documentOf('<speak><break time="2s"/></speak>'))), ['2000 ms']);
    assert.deepEqual(partsOf(documentOf('')), []);
  });
});
