import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { SpeechProblem, SpeechRequest } from './provider.ts';
import type { SpeechDocument, SpeechNode, SpeechStyle } from './speech-document.ts';
import { outlineOf, plainText } from './speech-document.ts';
import { parseSpeech } from './speech-parser.ts';

function requestOf(text: string): SpeechRequest {
  return { text, language: 'en-US', gender: 'female' };
}

function documentOf(text: string): SpeechDocument {
  const parsed = parseSpeech(requestOf(text));
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

function problemOf(request: SpeechRequest): SpeechProblem {
  const parsed = parseSpeech(request);
  assert.ok(!parsed.ok);
  return parsed.error;
}

/** Nodes as short text: `words`, `(500)` for a break, `.` and `¶` for the ends of sentences and paragraphs. */
function sketch(text: string): string {
  const show = (node: SpeechNode): string => {
    if (node.kind === 'words') return node.text.trim();
    if (node.kind === 'break') return `(${node.ms})`;
    return node.unit === 'sentence' ? '.' : '¶';
  };
  return documentOf(text).nodes.map(show).join(' ');
}

function styleOf(markup: string): SpeechStyle {
  const node = documentOf(`<speak>${markup}</speak>`).nodes.find((found) => found.kind === 'words');
  assert.ok(node?.kind === 'words');
  return node.style;
}

describe('Plain text', () => {
  it('is one run of words in the style of the request', () => {
    const [node, ...others] = documentOf('1 < 2 & 3 > 2, said <b>he</b>').nodes;
    assert.ok(node?.kind === 'words' && others.length === 0);
    assert.equal(node.text, '1 < 2 & 3 > 2, said <b>he</b>');
    assert.equal(node.style.language, 'en-US');
    assert.equal(node.style.gender, 'female');
  });

  it('loses control characters, private-use characters and lone surrogates, which engines take for commands', () => {
    assert.equal(plainText(documentOf('a\u0001b\ue000c\ud800d\u0085e\n\tf😀')), 'a b c d e\n\tf😀');
  });

  it('may be blank and then has no words', () => {
    assert.deepEqual(documentOf(' \n ').nodes, []);
  });

  it('is refused beyond 5,000 characters', () => {
    assert.equal(documentOf('x'.repeat(5_000)).nodes.length, 1);
    const problem = problemOf(requestOf('x'.repeat(5_001)));
    assert.ok(problem.kind === 'tooLong' && problem.unit === 'characters' && problem.limit === 5_000);
  });

  it('is refused in what is no language tag', () => {
    for (const language of ['', 'e', 'en_US', 'en-', '../../x', 'a'.repeat(36)]) {
      assert.equal(problemOf({ text: 'x', language, gender: 'male' }).kind, 'unsupportedLanguage', language);
    }
  });
});

describe('SSML', () => {
  it('is told from plain text by its first element', () => {
    assert.equal(sketch('  <speak>hello</speak>'), 'hello');
    assert.equal(sketch('<?xml version="1.0"?><speak version="1.1">hello</speak>'), 'hello');
    assert.equal(sketch('<speaker> is out'), '<speaker> is out');
  });

  it('adds neighbouring breaks up, whatever blanks and comments are between', () => {
    assert.equal(
      sketch('<speak>a<break time="1s"/> <!-- and --> <break time="500ms"/>b</speak>'),
      'a (1500) b',
    );
  });

  it('marks the ends of sentences and paragraphs once each', () => {
    const markup = '<speak><p><s>one</s><s>two</s></p> <p>three</p>four</speak>';
    assert.equal(sketch(markup), 'one . two ¶ three ¶ four');
  });

  it('says the alias of a sub and not what is in it', () => {
    assert.equal(
      sketch('<speak>the <sub alias="World Wide Web">WWW <b>!</b></sub> works</speak>'),
      'the World Wide Web works',
    );
  });

  it('compounds prosody and takes labels from the normal', () => {
    const style = styleOf(
      '<prosody rate="50%" volume="+6dB"><prosody rate="200%" pitch="+10%">x</prosody></prosody>',
    );
    assert.equal(style.rate, 1);
    assert.ok(Math.abs(style.volume - 1.995) < 0.01);
    assert.ok(Math.abs(style.pitch.ratio - 1.1) < 0.001);
    assert.equal(styleOf('<prosody rate="50%"><prosody rate="fast">x</prosody></prosody>').rate, 1.25);
  });

  it('carries emphasis, say-as, voice and language', () => {
    assert.equal(styleOf('<emphasis level="strong">x</emphasis>').emphasis, 'strong');
    assert.deepEqual(styleOf('<say-as interpret-as="date" format="DMY">x</say-as>').sayAs, {
      as: 'date',
      format: 'dmy',
    });
    assert.equal(styleOf('<voice gender="male">x</voice>').gender, 'male');
    assert.equal(styleOf('<voice languages="de-AT:at de">x</voice>').language, 'de-AT');
    assert.equal(styleOf('<lang xml:lang="fr-FR">x</lang>').language, 'fr-FR');
    assert.equal(styleOf('<p xml:lang="es">x</p>').language, 'es');
  });

  it('returns to the outer style after an element', () => {
    const nodes = documentOf('<speak>a<voice gender="male">b</voice>c</speak>').nodes;
    const genders = nodes.map((node) => node.kind === 'words' && `${node.text} ${node.style.gender}`);
    assert.deepEqual(genders, ['a female', 'b male', 'c female']);
  });

  it('says the words in elements it does not know, and notes each of them once', () => {
    const { notes } = documentOf(
      '<speak><x:y>a</x:y><x:y>b</x:y><audio src="u"><desc>no</desc>c</audio></speak>',
    );
    assert.deepEqual(
      notes.map((note) => note.kind),
      ['ignoredMarkup', 'ignoredMarkup'],
    );
    assert.match(notes.map((note) => note.message).join(), /<x:y>.*<audio>/);
    assert.equal(
      sketch('<speak><audio src="u"><desc>no</desc>c</audio><metadata>no</metadata></speak>'),
      'c',
    );
  });

  const faults: readonly (readonly [string, string, number])[] = [
    ['an element never closed', '<speak>a<s>b</speak>', 12],
    ['a speak inside a speak', '<speak><speak>x</speak></speak>', 7],
    ['a break without sense', '<speak><break time="soon"/></speak>', 14],
    ['a strength without sense', '<speak><break strength="heavy"/></speak>', 14],
    ['a rate without sense', '<speak><prosody rate="quick">x</prosody></speak>', 16],
    ['a gender without sense', '<speak><voice gender="robot">x</voice></speak>', 14],
    ['a sub without alias', '<speak><sub>x</sub></speak>', 7],
    ['a say-as without interpret-as', '<speak><say-as>x</say-as></speak>', 7],
    ['a lang without language', '<speak><lang>x</lang></speak>', 7],
    ['another root', '<?xml version="1.0"?><talk>x</talk>', 21],
  ];
  for (const [what, text, offset] of faults) {
    it(`is refused with ${what}, and the place is told`, () => {
      const problem = problemOf(requestOf(text));
      assert.ok(problem.kind === 'badMarkup', problem.message);
      assert.equal(problem.position.offset, offset);
    });
  }

  it('never makes the parser throw, and its document holds to its promises', () => {
    const pieces = fc.constantFrom(
      '<s>',
      '</s>',
      '<p>',
      '</p>',
      '<break/>',
      '<break time="1s"/>',
      ' ',
      'word',
      '<emphasis>',
      '</emphasis>',
      '<sub alias="x">',
      '</sub>',
      '<lang xml:lang="de">',
      '</lang>',
      '<w>',
      '</w>',
      '&amp;',
      '<audio>',
      '</audio>',
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const parsed = parseSpeech(requestOf(`<speak>${parts.join('')}</speak>`));
        if (!parsed.ok) return;
        let before = '';
        for (const node of parsed.value.nodes) {
          assert.ok(node.kind !== 'words' || node.text.trim() !== '');
          assert.ok(node.kind === 'words' || node.kind !== before, 'two of a kind side by side');
          before = node.kind;
        }
      }),
    );
  });
});

describe('The outline of a document', () => {
  it('tells the silence asked for at the edges and the loudest volume', () => {
    const markup =
      '<speak><break time="1s"/><s> a<break time="2s"/>' +
      '<prosody volume="-6dB">b</prosody></s><break time="500ms"/></speak>';
    assert.deepEqual(outlineOf(documentOf(markup)), { leadingMs: 1_000, trailingMs: 500, loudest: 1 });
  });

  it('takes a document without words for leading silence', () => {
    assert.deepEqual(outlineOf(documentOf('<speak><break time="1s"/></speak>')), {
      leadingMs: 1_000,
      trailingMs: 0,
      loudest: 1,
    });
  });
});
