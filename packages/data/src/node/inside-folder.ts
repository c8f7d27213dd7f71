import { isAbsolute, relative, resolve, sep, win32 } from 'node:path'

/**
 * The path of `name` in `folder`, or undefined when it leads out of it (.. or an absolute path): a table of someone
 * else's must not choose which files of the machine are read. Links within the folder are followed.
 */
export function insideFolder(folder: string, name: string): string | undefined {
  if (isAbsolute(name) || win32.isAbsolute(name)) return undefined
  const path = resolve(folder, name)
  const inside = relative(resolve(folder), path)
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    return undefined
  return path
}
