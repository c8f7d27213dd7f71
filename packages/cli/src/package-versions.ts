import { readFileSync } from 'node:fs'
import { version_core } from '@tensorflow/tfjs-core'

/** What a run says of the software that made it. */
export function packageVersions(): Readonly<Record<string, string>> {
  const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return { chiaro: own.version, '@tensorflow/tfjs-core': version_core, node: process.versions.node }
}
