export * from './speech.ts';
export * from './store.ts';
