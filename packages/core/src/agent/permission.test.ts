import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maySupervise } from './permission.ts';

test('administrators and managers may supervise, and nobody else', () => {
  for (const permission of [1, 0x0f, 0x20, 0x40, 0xf0, 0x60, 0xffff]) {
    assert.ok(maySupervise({ permission }), String(permission));
  }
  for (const permission of [0, 2, 0x10, 0x80, 0x0100]) {
    assert.ok(!maySupervise({ permission }), String(permission));
  }
});
