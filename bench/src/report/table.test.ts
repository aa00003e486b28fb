import assert from 'node:assert/strict';
import { it } from 'node:test';
import { markdownTable, printTable } from './table.ts';

const columns = ['what', 'ms'];
const rows = [
  ['p50', '1.5'],
  ['longest', '1,234'],
];

it('a table for a terminal has its first column on the left and the others on the right', () => {
  assert.deepEqual(printTable({ title: 'Answers', columns, rows }).split('\n'), [
    '',
    'Answers',
    'what        ms',
    '-------  -----',
    'p50        1.5',
    'longest  1,234',
  ]);
});

it('a table for a page is Markdown, whose cells cannot end a cell', () => {
  assert.deepEqual(markdownTable({ columns, rows: [['a | b', '1']] }).split('\n'), [
    '| what | ms |',
    '| --- | --- |',
    '| a \\| b | 1 |',
  ]);
});
