import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSystemChance } from './chance.ts';
import { createPasswords } from './passwords.ts';

const chance = createSystemChance();
const cost = { N: 16, r: 1, p: 1 };

describe('passwords', () => {
  it('are known again, and no other text is one of them', async () => {
    const passwords = createPasswords({ chance, cost });
    const hash = await passwords.hash('poppy-seed');
    assert.ok(hash);
    assert.equal(await passwords.verify('poppy-seed', hash), true);
    for (const wrong of ['poppy-seee', 'Poppy-seed', '', 'poppy-seed ']) {
      assert.equal(await passwords.verify(wrong, hash), false, wrong);
    }
  });

  it('are kept differently each time, and never as they are', async () => {
    const passwords = createPasswords({ chance, cost });
    const [one, other] = [await passwords.hash('poppy-seed'), await passwords.hash('poppy-seed')];
    assert.notEqual(one, other);
    assert.ok(!one?.includes('poppy'));
  });

  it('that were kept at another cost are still known', async () => {
    const hash = await createPasswords({ chance, cost: { N: 32, r: 2, p: 2 } }).hash('poppy-seed');
    assert.equal(await createPasswords({ chance, cost }).verify('poppy-seed', hash), true);
  });

  it('of nobody, or what is left of a deleted one, are never right', async () => {
    const passwords = createPasswords({ chance, cost });
    for (const hash of [undefined, '', 'scrypt$16$1$1$$', 'plain$poppy-seed']) {
      assert.equal(await passwords.verify('poppy-seed', hash), false, hash);
    }
  });

  it('wait for one another, fifty at most', async () => {
    const passwords = createPasswords({ chance, cost });
    const hashes = await Promise.all(Array.from({ length: 52 }, () => passwords.hash('poppy-seed')));
    assert.equal(hashes.filter((hash) => hash === undefined).length, 2);
    assert.ok(await passwords.hash('poppy-seed'), 'and then there is room again');
  });
});
