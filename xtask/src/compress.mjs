// Writes `.br` (brotli 11) and `.gz` (gzip 9) beside every file of a folder that gets smaller by it.
// Node's zlib has both at full speed; as crates they would be two more to compile, slowly unless optimised.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync, constants } from 'node:zlib';

const folder = process.argv[2];
// These hold compressed data already.
const packed = /\.(br|gz|png|jpg|jpeg|webp|woff2)$/;

for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!name.isFile() || packed.test(name.name)) continue;
  const file = join(name.parentPath ?? name.path, name.name);
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  const gzip = gzipSync(bytes, { level: 9 });
  if (brotli.length < bytes.length) writeFileSync(`${file}.br`, brotli);
  if (gzip.length < bytes.length) writeFileSync(`${file}.gz`, gzip);
}
