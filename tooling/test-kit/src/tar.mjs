// Tar files for tests, and for what is measured on shards.

/**
 * A tar file of some members, as POSIX has it.
 *
 * @param {readonly (readonly [name: string, content: Buffer | string])[]} members
 */
export function tar(members) {
  const parts = members.flatMap(([name, content]) => member(name, Buffer.from(content)))
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

/** @param {string} name @param {Buffer} content */
function member(name, content) {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
}
