import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { type Operation, operations } from '@parley/contract';
import { checkFlow } from '@parley/core';
import { Compile } from 'typebox/compile';
import { operationAt } from './contract-check.ts';

const guide = await readFile(new URL('../../../../docs/guides/outgoing-calls.md', import.meta.url), 'utf8');

/** The requests that its curl commands send. */
const requests = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split(/^(?=curl |# )/m))
  .filter((command) => command.startsWith('curl '))
  .map((command) => {
    const [, method = '', url = ''] = /^curl -X (\w+) http:\/\/127\.0\.0\.1:8080(\S+)/.exec(command) ?? [];
    return { method, url, body: /-d '([^']*)'/.exec(command)?.[1] };
  });

const flows = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);

describe('the guide to outgoing calls', () => {
  it('has examples', () => {
    assert.equal(requests.length, (guide.match(/^curl /gm) ?? []).length);
    assert.ok(requests.length >= 15);
    assert.equal(flows.length, 2);
  });

  for (const { method, url, body } of requests) {
    it(`sends ${method} ${url} as the contract has it`, () => {
      const id = operationAt(method, url);
      assert.ok(id !== undefined, 'there is such an operation');
      const { body: schema }: Operation = operations[id];
      if (schema === undefined) return assert.equal(body, undefined);
      const sent: unknown = JSON.parse(body ?? '{}');
      assert.deepEqual(Compile(schema).Errors(sent), []);
      for (const list of ['actions', 'pre_actions'])
        if (typeof sent === 'object' && sent !== null && list in sent)
          assert.ok(checkFlow(Object.entries(sent).find(([key]) => key === list)?.[1], randomUUID).ok);
    });
  }

  for (const [index, text] of flows.entries()) {
    it(`has a flow ${index + 1} that can be saved`, () => {
      const checked = checkFlow(JSON.parse(text), randomUUID);
      assert.ok(checked.ok, JSON.stringify(checked));
    });
  }
});
