// An example as a project of its own: copied out of the repository, installed by npm from packed tarballs.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesUnder } from './files.mjs'
import { manifestOf } from './imports.mjs'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))

/** The environment of a user's own npm, not of one that believes it runs inside this workspace. */
export const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(p?npm_|NODE_OPTIONS$)/i.test(name)),
)
env.NEXT_TELEMETRY_DISABLED = '1'

/** Runs npm, for which Windows wants a shell. */
export function npm(args, cwd, more = {}) {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    env: { ...env, ...more },
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 2 ** 28,
  })
  const output = `${stdout}${stderr}`
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}`)
  return { output, seconds: (performance.now() - began) / 1000 }
}

/** Bytes under a folder, and how many packages are in it. */
export function sizeOf(folder) {
  const files = [...filesUnder(folder, /./, undefined, [])]
  return {
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    packages: files.filter(file => /node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(file))
      .length,
  }
}

/** Copies an example out of the repository and installs it; gives the seconds that took. */
export function install(name, folder, tarballOf, { everything }) {
  if (!existsSync(join(examples, name))) throw new Error('there is no such folder in examples')
  cpSync(join(examples, name), folder, { recursive: true })
  const manifest = manifestOf(folder)
  for (const [dependency, path] of Object.entries(tarballOf))
    if (everything || dependency in manifest.dependencies) manifest.dependencies[dependency] = `file:${path}`
  if (everything)
    for (const peer of ['webgl', 'webgpu'])
      manifest.dependencies[`@tensorflow/tfjs-backend-${peer}`] = '4.22.0'
  const others = Object.entries(tarballOf).filter(([dependency]) => !(dependency in manifest.dependencies))
  manifest.overrides = Object.fromEntries(others.map(([dependency, path]) => [dependency, `file:${path}`]))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  return npm(['install', '--no-audit', '--no-fund', '--prefer-offline'], folder).seconds
}
