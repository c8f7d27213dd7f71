import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { findVulkan } from './find-vulkan.mjs'

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true })
})

/** A new folder with an empty file of that name. */
function folderWith(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'chiaro-find-vulkan-'))
  made.push(folder)
  writeFileSync(join(folder, name), '')
  return folder
}

const nowhere = { environment: {}, libraries: ['/no/libraries'], manifests: ['/no/manifests'] }

it('says where it looked when it finds nothing, and changes nothing', () => {
  const { environment, words } = findVulkan({}, nowhere)
  expect(environment).toEqual({})
  expect(words).toEqual([
    "Vulkan's loader: no libvulkan.so.1 in /no/libraries",
    "Vulkan's drivers: no manifest in /no/manifests, no libEGL_nvidia.so.0 or libGLX_nvidia.so.0",
  ])
})

it('takes what it is given, and keeps the libraries there were', () => {
  const libraryPath = folderWith('libvulkan.so.1')
  const { environment, words } = findVulkan(
    { libraryPath, driver: '/given/card.json' },
    { ...nowhere, environment: { LD_LIBRARY_PATH: '/mine', VK_ICD_FILENAMES: '/other.json' } },
  )
  expect(environment).toEqual({
    LD_LIBRARY_PATH: `${libraryPath}:/mine`,
    VK_DRIVER_FILES: '/given/card.json',
    VK_ICD_FILENAMES: '/given/card.json',
  })
  expect(words[0]).toContain(join(libraryPath, 'libvulkan.so.1'))
})

it('writes the manifest of a driver that came without one', () => {
  const folder = folderWith('libGLX_nvidia.so.0')
  const { environment } = findVulkan({}, { ...nowhere, libraries: [folder] })
  const manifest = JSON.parse(readFileSync(environment.VK_DRIVER_FILES as string, 'utf8'))
  expect(manifest.ICD.library_path).toBe(join(folder, 'libGLX_nvidia.so.0'))
})

it('prefers manifests, which may leave out the folder of their library', () => {
  const [libraries, manifests] = [folderWith('libGLX_nvidia.so.0'), folderWith('card.json')]
  const { environment } = findVulkan({}, { ...nowhere, libraries: [libraries], manifests: [manifests] })
  expect(environment.VK_DRIVER_FILES).toBe(join(manifests, 'card.json'))
  expect(environment.LD_LIBRARY_PATH).toBe(libraries)
})
