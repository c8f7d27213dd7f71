import { execFileSync } from 'node:child_process'

/** What git says in a workspace, without the last line's end. */
export const git = (root, args, env = process.env) =>
  execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()

/**
 * The commit that is published from a workspace.
 *
 * @param options.release whether it must be all there is: a canary is versioned and not committed
 * @throws Error that names the files which are not as they were committed
 */
export function publishedCommit(root, { release }) {
  const changed = git(root, ['status', '--porcelain', '--untracked-files=no'])
  if (release && changed !== '')
    throw new Error(`publish: what is released must be committed first, these files are not:\n${changed}`)
  return git(root, ['rev-parse', 'HEAD'])
}
