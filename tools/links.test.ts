import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anchorsOf, brokenLinks, linkViolations, linksOf } from './links.ts';

test('links into the repository are found, those to the web and in fences are not', () => {
  const page = '[a](b.md#c) and [w](https://example.com)\n```\n[x](y.md)\n```\n| [d](../e) |\n';
  assert.deepEqual(linksOf(page), ['b.md#c', '../e']);
});

test('headings are linked by their words, a second one of the same name by its number', () => {
  const page =
    '# A first queue, in five minutes\n## `parley call`: a phone\n## Why\n```\n# no heading\n```\n## Why\n';
  assert.deepEqual(
    [...anchorsOf(page)],
    ['a-first-queue-in-five-minutes', 'parley-call-a-phone', 'why', 'why-1'],
  );
});

test('a link to a file or a heading that is not there is broken', () => {
  const page =
    '[a](tutorial.md#nowhere) [b](none.md) [c](tutorial.md) [d](tutorial.md#tutorial) [e](decisions)';
  assert.deepEqual(brokenLinks('docs/page.md', page), ['tutorial.md#nowhere', 'none.md']);
});

test('no page of ours has a link that leads nowhere', () => {
  assert.deepEqual(linkViolations(), []);
});
