import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatted, isStale, write } from './output.ts';

const root = join(import.meta.dirname, '../..');

test('a file is stale until it is written, and again when it should say something else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-generate-'));
  t.after(() => rm(folder, { recursive: true }));
  const output = { path: 'docs/made/page.md', text: '# One\n' };
  assert.equal(await isStale(folder, output), true);
  await write(folder, output);
  assert.equal(await isStale(folder, output), false);
  assert.equal(await isStale(folder, { ...output, text: '# Two\n' }), true);
  assert.equal(await readFile(join(folder, output.path), 'utf8'), '# One\n');
});

test('TypeScript comes out as the formatter of the workspace leaves it', async () => {
  const { text } = await formatted(root, { path: 'made.ts', text: 'export const a = ["b"]' });
  assert.equal(text, "export const a = ['b'];\n");
});

test('what is not TypeScript is refused by name, not written', async () => {
  await assert.rejects(formatted(root, { path: 'made.ts', text: 'export const = ;' }), /made\.ts/);
});
