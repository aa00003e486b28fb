/** `unknownCall`: never was, or has ended. `wrongState`: not possible now; nothing has happened. */
export type CommandError = 'unknownCall' | 'wrongState';
export type CommandResult = { readonly ok: true } | { readonly ok: false; readonly reason: CommandError };

export const done: CommandResult = { ok: true };
export const wrongState = { ok: false, reason: 'wrongState' } as const;
export const unknownCall = { ok: false, reason: 'unknownCall' } as const;
