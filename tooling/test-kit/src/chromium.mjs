// Where a browser is, for what is tested in one.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** The path of a Chromium: CHROME_PATH, or the first of the usual names on the PATH; else undefined. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = process.env.CHROME_PATH
    ? [process.env.CHROME_PATH]
    : names.flatMap(name => folders.map(folder => join(folder, name))).filter(path => existsSync(path))
  return candidates.find(name => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0)
}

/** The Vulkan driver that an installed Chromium brings along, for machines without a graphics card; else undefined. */
export function findSwiftShader() {
  const chromium = findChromium()
  const places = [
    ...(chromium ? [dirname(realpathSync(chromium))] : []),
    '/usr/lib/chromium',
    '/opt/google/chrome',
  ]
  return places.map(place => join(place, 'vk_swiftshader_icd.json')).find(file => existsSync(file))
}

/** As `findChromium`; where there is none it says what to do and ends the process: a test without its browser has failed. */
export function needChromium() {
  const chromium = findChromium()
  if (chromium !== undefined) return chromium
  console.error(
    'No Chromium was found: install one (Debian: apt-get install chromium), or give its path as CHROME_PATH.',
  )
  process.exit(1)
}
