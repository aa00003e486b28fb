import { enableSourceCache, saveSourceCache } from './compile-cache.ts';

enableSourceCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
saveSourceCache();
