import { enableSourceCache, saveSourceCache } from './compile-cache.js';

enableSourceCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
saveSourceCache();
