import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '@chiaro/checks/processes'
import { packAll } from '@chiaro/pack'

/**
 * A project of a user who has all our packages and their required peers, from tarballs, and nothing else.
 *
 * @param folder where it is made
 * @param env npm's environment
 * @returns npm in it, as `runProgram` resolves
 */
export async function shippedProject(folder, env) {
  const packed = packAll(join(folder, 'packed'))
  const cwd = join(folder, 'project')
  const dependencies = Object.fromEntries(packed.map(({ name, path }) => [name, `file:${path}`]))
  const manifest = { name: 'with-chiaro', version: '0.0.0', private: true, dependencies }
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
  const npm = (args, statuses) => runProgram('npm', args, { cwd, env, statuses })
  await npm(['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'])
  return npm
}
