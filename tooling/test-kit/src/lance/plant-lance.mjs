import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Whether tests have LanceDB itself: its folder, which `npm run test:index` installs it into. */
export const trueLance = process.env.CHIARO_LANCE

/**
 * Puts into a folder what stands for LanceDB there, as npm would have installed it.
 *
 * @param {string} folder
 */
export function plantLance(folder) {
  for (const [name, file] of [
    ['@lancedb/lancedb', 'lancedb.cjs'],
    ['apache-arrow', 'apache-arrow.cjs'],
  ]) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name, main: file }))
    copyFileSync(fileURLToPath(new URL(file, import.meta.url)), join(place, file))
  }
}
