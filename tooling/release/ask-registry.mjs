import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A field of what npm's registry says of a version; undefined where there is no such version, or no such field. Rejects where
 * the registry cannot be asked.
 *
 * @param what "@chiaro/ops@0.2.0"
 * @param options cwd and env of npm
 */
export async function askRegistry(what, field, { cwd, env }) {
  try {
    const shell = process.platform === 'win32'
    const { stdout } = await run('npm', ['view', what, field, '--json', '--prefer-online'], {
      cwd,
      env,
      shell,
    })
    return stdout.trim() === '' ? undefined : JSON.parse(stdout)
  } catch (error) {
    if (/E404/.test(error.message)) return undefined
    throw error
  }
}
