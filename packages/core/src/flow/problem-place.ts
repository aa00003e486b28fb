/** Foreign text in a message or a path: enough to know it again. */
export function shown(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`;
}

/** Where a JSON pointer leads, as problems tell it: `/weekdays/0` is `.weekdays[0]`. */
export function placeIn(value: unknown, pointer: string): string {
  let place = '';
  let at = value;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    place += Array.isArray(at) ? `[${key}]` : `.${shown(key)}`;
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  }
  return place;
}
