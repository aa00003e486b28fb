import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSpelled, spoken } from './say-as.ts';

function say(text: string, as: string, language = 'en-us', format = ''): string {
  return spoken(text, { as, format }, language);
}

describe('say-as', () => {
  it('says digits one by one', () => {
    assert.equal(say('4072', 'digits'), '4 0 7 2');
    assert.equal(say('12 34', 'digits'), '1 2  3 4');
  });

  it('says a telephone number in the groups it is written in', () => {
    assert.equal(say('+49 (30) 12-34', 'telephone'), '+4 9, 3 0, 1 2, 3 4');
    assert.equal(say('*21#', 'telephone'), '*, 2 1, #');
    assert.equal(say('1-800-FLOWERS', 'telephone'), '1, 8 0 0, FLOWERS');
  });

  it('reads a cardinal as one number', () => {
    assert.equal(say('007', 'cardinal'), '7');
    assert.equal(say(' 1 234 567', 'number'), '1234567');
    assert.equal(say('-0.5', 'cardinal'), '-0.5');
    assert.equal(say('0', 'cardinal'), '0');
  });

  it('ends an ordinal as its language does', () => {
    const english = ['1', '2', '3', '4', '11', '12', '13', '21', '101', '112'].map((value) =>
      say(value, 'ordinal'),
    );
    assert.deepEqual(english, ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '101st', '112th']);
    assert.equal(say('1', 'ordinal', 'fr-fr'), 'premier');
    assert.equal(say('3', 'ordinal', 'fr'), '3ème');
    assert.equal(say('3.', 'ordinal', 'es-419'), '3º');
    assert.equal(say('3', 'number', 'it', 'ordinal'), '3º');
    const german = ['1', '3', '7', '17', '20', '21', '99'].map((value) => say(value, 'ordinal', 'de'));
    const expected = [
      'erste',
      'dritte',
      'siebte',
      'siebzehnte',
      'zwanzigste',
      'einundzwanzigste',
      'neunundneunzigste',
    ];
    assert.deepEqual(german, expected);
  });

  it('leaves an ordinal to the engine where it does not know better', () => {
    assert.equal(say('3', 'ordinal', 'ja'), '3');
    assert.equal(say('100', 'ordinal', 'de'), '100');
    assert.equal(say('third', 'ordinal'), 'third');
  });

  it('writes a date out in its language', () => {
    assert.equal(say('22/11/2026', 'date', 'en-us', 'dmy'), 'November 22, 2026');
    assert.equal(say('22/11/2026', 'date', 'en-gb', 'dmy'), '22 November 2026');
    assert.equal(say('11/2026', 'date', 'de', 'my'), 'November 2026');
    assert.equal(say('24.12.', 'date', 'de', 'dm'), '24. Dezember');
    assert.equal(say('2026-02-28', 'date', 'en-us'), 'February 28, 2026');
    assert.equal(say('0033-02-28', 'date', 'en-us', 'ymd'), 'February 28, 33');
  });

  it('leaves what is no date as it stands', () => {
    assert.equal(say('31/02/2026', 'date', 'en-us', 'dmy'), '31/02/2026');
    assert.equal(say('22/11', 'date', 'en-us', 'dmy'), '22/11');
    assert.equal(say('22/11', 'date', 'en-us', 'xx'), '22/11');
    assert.equal(say('2026', 'date', 'en-us', 'y'), '2026');
    assert.equal(say('1/2/2026', 'date', 'en-us', 'ddd'), '1/2/2026');
    assert.equal(say('22/11/2026', 'date', 'jbo', 'dmy'), '22/11/2026');
  });

  it('leaves meanings it does not know as they stand', () => {
    assert.equal(say('$5', 'currency'), '$5');
  });

  it('tells the meanings that are spelled', () => {
    assert.ok(isSpelled({ as: 'characters', format: '' }));
    assert.ok(isSpelled({ as: 'spell-out', format: '' }));
    assert.ok(!isSpelled({ as: 'digits', format: '' }));
    assert.ok(!isSpelled(undefined));
  });
});
