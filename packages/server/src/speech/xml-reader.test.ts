import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { XmlEvent } from './xml-reader.ts';
import { readXml } from './xml-reader.ts';

function eventsOf(source: string): readonly XmlEvent[] {
  const read = readXml(source);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

function faultOf(source: string): { message: string; offset: number; line: number; column: number } {
  const read = readXml(source);
  assert.ok(!read.ok && read.error.kind === 'badMarkup', source);
  return { message: read.error.message, ...read.error.position };
}

function textOf(source: string): string {
  return eventsOf(source)
    .map((event) => (event.kind === 'text' ? event.text : ''))
    .join('');
}

describe('The XML reader', () => {
  it('reports elements, attributes and text in the order of the document', () => {
    const [open, text, inner, innerEnd, end] = eventsOf(`<a x="1" y='&lt;"'>hi<b/></a>`);
    assert.ok(open?.kind === 'open' && open.name === 'a');
    assert.equal(open.attributes.get('x')?.value, '1');
    assert.equal(open.attributes.get('y')?.value, '<"');
    assert.deepEqual(text, { kind: 'text', text: 'hi', offset: 19 });
    assert.ok(inner?.kind === 'open' && inner.name === 'b');
    assert.deepEqual(innerEnd, { kind: 'close', name: 'b', offset: 21 });
    assert.ok(end?.kind === 'close' && end.name === 'a');
  });

  it('decodes the predefined and the numeric references', () => {
    assert.equal(textOf('<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;</a>'), `<>&"'A😀`);
  });

  it('passes CDATA on as it stands and leaves comments and declarations out', () => {
    assert.equal(
      textOf('<?xml version="1.0"?><!-- a < b --><a>1<!-- 2 --><![CDATA[<3 & 4>]]></a>'),
      '1<3 & 4>',
    );
  });

  it('tells where a fault is by offset, line and column', () => {
    const { message, ...position } = faultOf('<a>\n  <b>x</c>\n</a>');
    assert.deepEqual(position, { offset: 10, line: 2, column: 7 });
    assert.match(message, /<\/b> was expected \(line 2, column 7\)/);
  });

  const faults: readonly (readonly [string, string, number, RegExp])[] = [
    ['an element never closed', '<a><b></b>', 10, /<a> is never closed/],
    ['a closing tag too many', '<a></a></a>', 7, /no element is open/],
    ['a second root', '<a/><b/>', 4, /second root/],
    ['text before the root', 'x<a/>', 0, /outside the root/],
    ['no element at all', '<!-- nothing -->', 0, /no element/],
    ['an unescaped "<"', '<a>1 < 2</a>', 5, /write &lt;/],
    ['an unescaped "&"', '<a>you & me</a>', 7, /write &amp;/],
    ['an unknown reference', '<a>&nbsp;</a>', 3, /&nbsp; is not a known reference/],
    ['a reference in an attribute', '<a b="c&d;"/>', 7, /not a known reference/],
    ['a reference to a control character', '<a>&#1;</a>', 3, /not a known reference/],
    ['an attribute without quotes', '<a b=c/>', 2, /malformed/],
    ['an attribute given twice', '<a b="1" b="2"/>', 9, /twice/],
    ['an open comment', '<a><!-- </a>', 3, /comment is never closed/],
    ['an open CDATA section', '<a><![CDATA[ </a>', 3, /CDATA section is never closed/],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a/>', 0, /document type/],
  ];
  for (const [what, source, offset, message] of faults) {
    it(`refuses ${what}`, () => {
      const fault = faultOf(source);
      assert.equal(fault.offset, offset);
      assert.match(fault.message, message);
    });
  }

  it('refuses elements nested more than 32 deep', () => {
    assert.equal(eventsOf(`${'<a>'.repeat(32)}${'</a>'.repeat(32)}`).length, 64);
    assert.match(faultOf(`${'<a>'.repeat(33)}${'</a>'.repeat(33)}`).message, /nested more than 32/);
  });

  it('reads back whatever text is escaped into it', () => {
    const escape = (text: string): string =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    fc.assert(fc.property(fc.string(), (text) => assert.equal(textOf(`<a>${escape(text)}</a>`), text)));
  });

  it('never throws and always places a fault inside the source', () => {
    const pieces = fc.constantFrom(
      '<a',
      '<b>',
      '</b>',
      '/>',
      '>',
      ' x="1"',
      '&',
      ';',
      '#',
      '<!--',
      '-->',
      'text',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
        const source = parts.join('');
        const read = readXml(source);
        if (read.ok || read.error.kind !== 'badMarkup') return;
        const { offset, line, column } = read.error.position;
        assert.ok(offset >= 0 && offset <= source.length);
        assert.equal(
          source
            .split('\n')
            .slice(0, line - 1)
            .join('\n').length +
            (line > 1 ? 1 : 0) +
            column -
            1,
          offset,
        );
      }),
    );
  });
});
