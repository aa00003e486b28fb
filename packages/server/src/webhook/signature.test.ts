import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { parseSecret, signatureOf } from './signature.ts';

describe('the signature of a delivery', () => {
  it('is what the reference library makes of the same', () => {
    const secret = fc.uint8Array({ minLength: 1, maxLength: 64 });
    const at = fc.integer({ min: 1, max: 4_000_000_000 });
    fc.assert(
      fc.property(secret, fc.uuid(), at, fc.string({ unit: 'binary' }), (bytes, id, timestamp, body) => {
        const text = `whsec_${Buffer.from(bytes).toString('base64')}`;
        const key = parseSecret(text);
        assert.ok(key.ok);
        const expected = new Webhook(text).sign(id, new Date(timestamp * 1_000), body);
        assert.equal(signatureOf(key.value, id, timestamp, body), expected);
      }),
      { numRuns: 50 },
    );
  });

  it('takes a secret with or without its prefix', () => {
    const signatures = ['whsec_MDEyMzQ1Njc4OTAx', 'MDEyMzQ1Njc4OTAx'].map((secret) => {
      const key = parseSecret(secret);
      assert.ok(key.ok);
      return signatureOf(key.value, 'evt_1', 1_700_000_000, '{}');
    });
    assert.equal(signatures[0], signatures[1]);
  });

  for (const secret of ['', 'whsec_', 'whsec_n*t=', 'whsec_MDEyMzQ1Njc4OTA', 'whsec_MD==EyMz']) {
    it(`refuses the secret "${secret}" without repeating it`, () => {
      const key = parseSecret(secret);
      assert.ok(!key.ok);
      assert.ok(!key.error.includes(secret.slice(6) || '_'));
    });
  }
});
