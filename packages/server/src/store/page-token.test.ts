import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { formatPageToken, parsePageToken } from './page-token.ts';

const place = fc.record(
  {
    createdAt: fc
      .date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
      .map((date) => `${date.toISOString().slice(0, 23).replace('T', ' ')}999`),
    id: fc.uuid(),
  },
  { noNullPrototype: true },
);

describe('A page token', () => {
  it('leads back to the place that it was made from', () => {
    fc.assert(fc.property(place, (at) => assert.deepEqual(parsePageToken(formatPageToken(at)), at)));
  });

  it('is safe in a URL and differs for different places', () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        assert.match(formatPageToken(one), /^[A-Za-z0-9_-]+$/);
        assert.equal(
          formatPageToken(one) === formatPageToken(other),
          one.id === other.id && one.createdAt === other.createdAt,
        );
      }),
    );
  });

  it('keeps its form: clients hold tokens while the server is replaced', () => {
    const token =
      'cDF8MjAyMi0wNC0xMSAwMDoyMzo1NC43MjQ2MjB8NzRhYzU0MDUtN2M3MC00MTg0LTkzODgtMWM5ZjhmOGNlMjVmfDM4MTA2MDM0Mg';
    const at = { createdAt: '2022-04-11 00:23:54.724620', id: '74ac5405-7c70-4184-9388-1c9f8f8ce25f' };
    assert.equal(formatPageToken(at), token);
  });

  it('is nothing else: parsing other text gives undefined and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parsePageToken(text) === undefined));
    const fields = fc.array(fc.oneof(fc.constant('p1'), fc.string(), fc.uuid()), { maxLength: 5 });
    fc.assert(
      fc.property(fields, (parts) => {
        const text = Buffer.from(parts.join('|')).toString('base64url');
        assert.equal(parsePageToken(text), undefined);
      }),
    );
  });
});
