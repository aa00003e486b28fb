import { Type } from 'typebox';
import { defineAction, goto, next } from '../action-type.ts';
import { compare, comparisonOf } from '../comparison.ts';
import { isTimeZone } from '../local-time.ts';
import { TargetId } from '../target.ts';

export const action = defineAction({
  type: 'condition_datetime',
  summary: 'Goes on when the time of day or date compares as asked, elsewhere when not.',
  executor: 'flow',
  option: Type.Object(
    {
      condition: comparisonOf('How each part compares with now, the part on the left.'),
      minute: Type.Optional(Type.Integer({ minimum: -1, maximum: 59, description: '-1: any; absent is 0.' })),
      hour: Type.Optional(Type.Integer({ minimum: -1, maximum: 23, description: '-1: any; absent is 0.' })),
      day: Type.Optional(Type.Integer({ minimum: -1, maximum: 31, description: '0 or less: any.' })),
      month: Type.Optional(Type.Integer({ minimum: -1, maximum: 12, description: '0 or less: any.' })),
      weekdays: Type.Optional(
        Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), {
          maxItems: 7,
          description: '0 is Sunday. The day has to be among them; empty: any.',
        }),
      ),
      timezone: Type.Optional(
        Type.String({ maxLength: 64, description: 'IANA name, such as `Europe/Berlin`; empty: UTC.' }),
      ),
      false_target_id: TargetId,
    },
    { description: 'Each part is compared by itself as `option condition now`, and all have to hold.' },
  ),
  rests: () => false,
  targets: (option) => [{ path: 'false_target_id', id: option.false_target_id }],
  check(option) {
    if (isTimeZone(option.timezone ?? '')) return undefined;
    return { path: 'timezone', message: 'is not an IANA time zone; write one such as Europe/Berlin' };
  },
  start(step, option) {
    const now = step.localTime(option.timezone ?? '');
    const weekdays = option.weekdays ?? [];
    const parts = [
      [option.minute ?? 0, -1, now.minute],
      [option.hour ?? 0, -1, now.hour],
      [option.day ?? 0, 0, now.day],
      [option.month ?? 0, 0, now.month],
    ] as const;
    const holds =
      (weekdays.length === 0 || weekdays.includes(now.weekday)) &&
      parts.every(([wanted, any, actual]) => wanted <= any || compare(wanted, option.condition, actual));
    return holds ? next : goto(option.false_target_id);
  },
});
