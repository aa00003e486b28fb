import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anchor, page, table } from './markdown.ts';

test('a bar or a line break in a cell does not break the table', () => {
  assert.equal(table(['a'], [['x | y\nz']]), '| a |\n|---|\n| x \\| y z |');
});

test('a heading has the anchor that GitHub gives it', () => {
  assert.equal(anchor('call_created'), 'call_created');
  assert.equal(anchor('Of INVALID_ARGUMENT and INVALID_ID'), 'of-invalid_argument-and-invalid_id');
  assert.equal(anchor('What is `it`?'), 'what-is-it');
});

test('a page says that it is made, and ends with one line end', () => {
  assert.match(page('# A', 'B'), /^<!-- Made by .*-->\n\n# A\n\nB\n$/);
});
