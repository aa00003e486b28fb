import { Type, type Static } from 'typebox';

/** An id that is not set. Ids are never null and never absent. */
export const nilId = '00000000-0000-0000-0000-000000000000';

/** Reserved action ids: the cursor before the first action, and the end of everything. */
export const startActionId = '00000000-0000-0000-0000-000000000001';
export const finishActionId = '00000000-0000-0000-0000-000000000002';

const uuidPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

export const Id = Type.String({
  pattern: uuidPattern,
  description: 'UUID in lower case. The nil UUID (all zeros) means "not set".',
});
export type Id = Static<typeof Id>;

/** An `Id` that says what it is the id of. */
export function idOf(description: string) {
  return Type.String({ pattern: uuidPattern, description });
}

const uuid = new RegExp(uuidPattern);

export function isId(text: string): boolean {
  return uuid.test(text);
}
