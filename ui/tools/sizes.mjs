// What each entry loads: bytes and gzip -9 bytes of script and style, from the manifest. Exits 1 above a limit.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMITS = { page: 40 * 1024 };
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

function files(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of manifest[key].imports ?? []) files(other, seen);
  return seen;
}

const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(10);
let failed = false;
console.log('entry'.padEnd(10), 'js'.padStart(10), 'js gz'.padStart(10), 'css'.padStart(10), 'css gz'.padStart(10));
for (const [key, entry] of Object.entries(manifest)) {
  if (!entry.isEntry) continue;
  const loaded = [...files(key)].flatMap((one) => [manifest[one].file, ...(manifest[one].css ?? [])]);
  const sums = { js: [0, 0], css: [0, 0] };
  for (const file of new Set(loaded)) {
    const bytes = readFileSync(new URL(file, dist));
    const sum = sums[file.endsWith('.css') ? 'css' : 'js'];
    sum[0] += bytes.length;
    sum[1] += gzipSync(bytes, { level: 9 }).length;
  }
  console.log(entry.name.padEnd(10), kb(sums.js[0]), kb(sums.js[1]), kb(sums.css[0]), kb(sums.css[1]));
  if (sums.js[1] > (LIMITS[entry.name] ?? Infinity)) failed = true;
}
if (failed) {
  console.error('A light page loads more script than allowed (40 KB).');
  process.exit(1);
}
