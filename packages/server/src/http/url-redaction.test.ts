import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redactUrl } from './url-redaction.ts';

describe('a URL on its way to a log', () => {
  it('loses its access key, wherever it stands', () => {
    assert.equal(redactUrl('/v1.0/calls?accesskey=parley_abc'), '/v1.0/calls?accesskey=[redacted]');
    assert.equal(
      redactUrl('/v1.0/calls?page_size=5&AccessKey=parley_abc&x=1'),
      '/v1.0/calls?page_size=5&AccessKey=[redacted]&x=1',
    );
  });

  it('keeps everything else', () => {
    assert.equal(redactUrl('/v1.0/calls?page_size=5'), '/v1.0/calls?page_size=5');
    assert.equal(redactUrl('/ping'), '/ping');
  });

  it('loses the whole query when a parameter name is written to hide what it is', () => {
    assert.equal(redactUrl('/v1.0/calls?access%6Bey=parley_abc'), '/v1.0/calls?[redacted]');
  });
});
