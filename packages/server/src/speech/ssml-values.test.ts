import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readBreak, readEmphasis, readPitch, readRate, readVolume } from './ssml-values.ts';

const flat = { hertz: undefined, ratio: 1, shiftHz: 0 };

function near(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 0.005, `${actual} is not ${expected}`);
}

describe('SSML attribute values', () => {
  it('read a break in milliseconds, in seconds with a fraction, or by strength', () => {
    assert.equal(readBreak('250ms', undefined), 250);
    assert.equal(readBreak('1.5s', undefined), 1_500);
    assert.equal(readBreak('.5s', 'weak'), 500);
    assert.equal(readBreak(undefined, undefined), 400);
    assert.equal(readBreak(undefined, 'none'), 0);
    assert.equal(readBreak(undefined, 'x-strong'), 1_000);
  });

  it('bound a break to a minute', () => {
    assert.equal(readBreak('999999999s', undefined), 60_000);
  });

  it('read a rate by label from the normal speed and by figure from the speed in force', () => {
    assert.equal(readRate('slow', 2), 0.8);
    near(readRate('150%', 1), 1.5);
    near(readRate('+10%', 2), 2.2);
    near(readRate('-10%', 1), 0.9);
    near(readRate('1.2', 1), 1.2);
    assert.equal(readRate('900%', 1), 3);
    assert.equal(readRate('0%', 1), 0.3);
  });

  it('read a pitch by label, percentage, semitones and hertz', () => {
    assert.deepEqual(readPitch('high', flat), { ...flat, ratio: 1.15 });
    near(readPitch('+20%', flat)?.ratio, 1.2);
    near(readPitch('90%', flat)?.ratio, 0.9);
    near(readPitch('-12st', flat)?.ratio, 0.5);
    assert.deepEqual(readPitch('120Hz', flat), { hertz: 120, ratio: 1, shiftHz: 0 });
    assert.deepEqual(readPitch('-20Hz', flat), { ...flat, shiftHz: -20 });
  });

  it('read a volume by label, decibels, percentage and the figures of SSML 1.0', () => {
    assert.equal(readVolume('silent', 1), 0);
    near(readVolume('+6dB', 1), 1.995);
    near(readVolume('-6.0dB', 1), 0.501);
    near(readVolume('50%', 0.8), 0.4);
    near(readVolume('50', 1), 0.5);
    near(readVolume('+10', 1), 1.1);
    assert.equal(readVolume('+90dB', 1), 4);
  });

  it('read a level of emphasis, moderate when none is given', () => {
    assert.equal(readEmphasis(undefined), 'moderate');
    assert.equal(readEmphasis('strong'), 'strong');
  });

  it('give nothing for what means nothing', () => {
    for (const value of ['', 'soon', '5', '-1s', '1 s', 'NaNs'])
      assert.equal(readBreak(value, undefined), undefined);
    for (const value of ['', 'quick', '10st', '1e3', '--5%']) assert.equal(readRate(value, 1), undefined);
    for (const value of ['', 'up', '10', 'Hz']) assert.equal(readPitch(value, flat), undefined);
    for (const value of ['', 'big', '5 dB', 'dB']) assert.equal(readVolume(value, 1), undefined);
    assert.equal(readEmphasis('much'), undefined);
    assert.equal(readBreak(undefined, 'heavy'), undefined);
  });
});
