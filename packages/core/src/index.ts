export * from './draft.ts';
export * from './ports/chance.ts';
export * from './ports/moment.ts';
export * from './ports/store.ts';
