import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSystemChance } from './chance.ts';

describe('chance as the system has it', () => {
  it('never gives the same token twice, also over the end of its pool', () => {
    const chance = createSystemChance();
    const tokens = Array.from({ length: 2000 }, () => chance.token(16));
    assert.equal(new Set(tokens).size, tokens.length);
    assert.ok(tokens.every((token) => /^[0-9a-f]{32}$/.test(token)));
  });

  it('gives fractions from 0 to below 1, spread evenly', () => {
    const chance = createSystemChance();
    const fractions = Array.from({ length: 4000 }, () => chance.fraction());
    assert.ok(fractions.every((fraction) => fraction >= 0 && fraction < 1));
    const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
    assert.ok(Math.abs(mean - 0.5) < 0.05, String(mean));
  });
});
