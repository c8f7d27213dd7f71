/** A path as one can paste it behind a command: in quotes where a shell would take it apart. */
export function pasteable(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
