#!/usr/bin/env node
import { enableSourceCache } from '../compile-cache.js';

enableSourceCache();
await import('./terminal.ts');
