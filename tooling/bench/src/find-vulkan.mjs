// What Dawn needs on Linux to reach a card: Vulkan's loader, which it opens by name, and the manifest of a driver.
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

const loader = 'libvulkan.so.1'
/** Where distributions and NVIDIA's containers keep libraries. */
const libraryFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
  '/usr/local/nvidia/lib64',
  '/usr/local/nvidia/lib',
]
const manifestFolders = [
  '/etc/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/usr/local/nvidia/share/vulkan/icd.d',
]
/** NVIDIA's driver of Vulkan, where containers bring it without its manifest. */
const nvidiaDrivers = ['libEGL_nvidia.so.0', 'libGLX_nvidia.so.0']

const split = list => (list ?? '').split(delimiter).filter(path => path !== '')
const manifestsIn = folder =>
  existsSync(folder)
    ? readdirSync(folder).flatMap(name => (name.endsWith('.json') ? [join(folder, name)] : []))
    : []

/** A manifest that names the library; Vulkan reads drivers by such a file alone. */
function manifestOf(library) {
  const path = join(mkdtempSync(join(tmpdir(), 'chiaro-vulkan-')), 'nvidia.json')
  const manifest = { file_format_version: '1.0.1', ICD: { library_path: library, api_version: '1.3.0' } }
  writeFileSync(path, JSON.stringify(manifest))
  return path
}

/**
 * Looks for both.
 *
 * @param given.libraryPath the folder of the loader, looked at first
 * @param given.driver a manifest, in place of those found
 * @returns the variables that a process must start with to use them, and what was looked for and found, a line each
 */
export function findVulkan(
  { libraryPath, driver } = {},
  { environment = process.env, libraries = libraryFolders, manifests = manifestFolders } = {},
) {
  const ownLibraries = [...split(libraryPath), ...split(environment.LD_LIBRARY_PATH)]
  const folders = [...ownLibraries, ...libraries]
  const withLoader = folders.find(folder => existsSync(join(folder, loader)))

  const named = split(driver ?? environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES)
  const found = named.length > 0 ? named : manifests.flatMap(manifestsIn)
  const nvidia = nvidiaDrivers
    .flatMap(name => folders.map(folder => join(folder, name)))
    .filter(path => existsSync(path))
  const drivers = found.length > 0 ? found : nvidia.map(manifestOf)

  // A manifest may name its library without its folder.
  const path = [...new Set([...ownLibraries, ...(withLoader ? [withLoader] : []), ...nvidia.map(dirname)])]
  return {
    environment: {
      ...(path.length > 0 && { LD_LIBRARY_PATH: path.join(delimiter) }),
      ...(drivers.length > 0 && {
        VK_DRIVER_FILES: drivers.join(delimiter),
        VK_ICD_FILENAMES: drivers.join(delimiter),
      }),
    },
    words: [
      `Vulkan's loader: ${withLoader ? join(withLoader, loader) : `no ${loader} in ${folders.join(', ')}`}`,
      `Vulkan's drivers: ${drivers.join(', ') || `no manifest in ${manifests.join(', ')}, no ${nvidiaDrivers.join(' or ')}`}`,
    ],
  }
}
