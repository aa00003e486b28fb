import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Tag } from '@parley/contract';
import type { Page, Store } from '@parley/core';
import type { MakeStore, Testing } from '../conformance.ts';
import { forSeeds, type Random } from './random.ts';
import { put, sample, succeed, theEnd, time } from './samples.ts';
import { sharedStore } from './shared-store.ts';

/** What holds of the pages of a list, whatever happens in between. */
export function describePaging(testing: Testing, makeStore: MakeStore): void {
  const { describe, it } = testing;
  void describe('pages', () => {
    const store = sharedStore(testing, makeStore);

    void it('shows every row exactly once that is there all the time, in order, while others come and go', async () => {
      await forSeeds(25, async (random) => {
        const walk = new Walk(store(), random);
        await walk.begin();
        while (await walk.turnPage()) await walk.disturb();
        walk.check();
      });
    });

    void it('refuses text that is not a token of ours', async () => {
      const foreign = [
        '',
        ' ',
        'x',
        '1',
        '2022-04-11 00:23:54.724620',
        'é'.repeat(9),
        '%00',
        'A'.repeat(100_000),
      ];
      for (const after of foreign) assert.equal(await store().list('tag', query(after)), 'badToken', after);
    });

    void it('refuses a token in which any one character was changed, added or left out', async () => {
      const token = await someToken(store());
      assert.notEqual(await store().list('tag', query(token)), 'badToken');
      for (let at = 0; at < token.length; at += 1) {
        const [head, tail] = [token.slice(0, at), token.slice(at + 1)];
        const other = token[at] === 'A' ? 'B' : 'A';
        for (const changed of [head + other + tail, head + tail, `${head}${other}${token.slice(at)}`]) {
          assert.equal(await store().list('tag', query(changed)), 'badToken', `at ${at}`);
        }
      }
      assert.equal(await store().list('tag', query(`${token}=`)), 'badToken');
    });
  });
}

function query(after: string) {
  return { customerId: randomUUID(), limit: 10, after };
}

async function someToken(store: Store): Promise<string> {
  const customer_id = randomUUID();
  const puts = [1, 2].map(() => put('tag', sample.tag({ customer_id })));
  await succeed(store, { puts });
  const page = await store.list('tag', { customerId: customer_id, limit: 1, after: undefined });
  assert.ok(page !== 'badToken' && page.next !== undefined);
  return page.next;
}

/** Somebody who turns the pages of a list while others add and remove rows. */
class Walk {
  readonly #store: Store;
  readonly #random: Random;
  readonly #customerId = randomUUID();
  readonly #lasting: Tag[] = [];
  readonly #passing: Tag[] = [];
  readonly #seen: Tag[] = [];
  #after: string | undefined;

  constructor(store: Store, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  async begin(): Promise<void> {
    const tags = Array.from({ length: this.#random(30) }, () => this.#tag());
    for (const tag of tags) (this.#random(3) === 0 ? this.#passing : this.#lasting).push(tag);
    await succeed(this.#store, { puts: tags.map((tag) => put('tag', tag)) });
  }

  /** False: there is no page after this one. */
  async turnPage(): Promise<boolean> {
    const limit = 1 + this.#random(5);
    const page = (await this.#store.list('tag', {
      customerId: this.#customerId,
      limit,
      after: this.#after,
    })) as Page<'tag'>;
    this.#seen.push(...page.rows);
    this.#after = page.next;
    assert.ok(page.rows.length === limit || page.next === undefined, 'a page before the last is full');
    return page.next !== undefined;
  }

  async disturb(): Promise<void> {
    const added = this.#tag();
    const gone = this.#passing.pop();
    const puts = gone === undefined ? [added] : [added, { ...gone, tm_delete: theEnd }];
    await succeed(this.#store, { puts: puts.map((tag) => put('tag', tag)) });
  }

  check(): void {
    const places = this.#seen.map((tag) => `${tag.tm_create} ${tag.id}`);
    assert.deepEqual(places, [...new Set(places)].toSorted().toReversed());
    const seen = new Set(this.#seen.map(({ id }) => id));
    for (const { id } of this.#lasting) assert.ok(seen.has(id));
  }

  /** Few times, so that many rows have the same. */
  #tag(): Tag {
    return sample.tag({ customer_id: this.#customerId, tm_create: time(this.#random(4)) });
  }
}
