import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { base64OfHex, createWebhookSecret } from './webhook-secret.ts';

describe('a webhook secret', () => {
  it('is whsec_ and the base64 of 32 bytes', () => {
    const secret = createWebhookSecret({
      id: () => '',
      token: (bytes) => 'ff'.repeat(bytes),
      fraction: () => 0,
    });
    assert.equal(secret, `whsec_${'/'.repeat(42)}8=`);
    assert.equal(Buffer.from(secret.slice('whsec_'.length), 'base64').length, 32);
  });

  it('is encoded as everyone else encodes base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        assert.equal(base64OfHex(buffer.toString('hex')), buffer.toString('base64'));
      }),
    );
  });
});
