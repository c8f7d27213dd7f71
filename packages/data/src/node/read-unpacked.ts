import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { dataError, reasonOf } from '../data-error.ts'
import { readBytes, unreadable } from './read-file.ts'

/**
 * A file's bytes, unpacked if they begin as gzip does. Unpacking stops at `largest` bytes, and memory grows with what
 * has come out: a bomb costs no more than it may weigh.
 *
 * @throws ChiaroError ('data') that names the file: unreadable, broken or truncated gzip, more than `largest` bytes
 */
export async function readUnpacked(where: string, file: string, largest: number): Promise<Uint8Array> {
  const handle = await open(file).catch(error => {
    throw dataError(where, { file }, unreadable(file, error), { cause: error })
  })
  try {
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(2), position: 0 })
    const { size } = await handle.stat()
    if (bytesRead < 2 || buffer[0] !== 0x1f || buffer[1] !== 0x8b) {
      if (size <= largest) return await readBytes(where, file)
      throw dataError(where, { file }, `must have at most ${largest} bytes, got ${size}`)
    }
    return await unpack(where, file, handle.createReadStream({ start: 0, autoClose: false }), largest)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw dataError(where, { file }, unreadable(file, error), { cause: error })
  } finally {
    await handle.close()
  }
}

async function unpack(
  where: string,
  file: string,
  packed: NodeJS.ReadableStream & { destroy(): void },
  largest: number,
): Promise<Uint8Array> {
  const gunzip = createGunzip()
  packed.on('error', error => gunzip.destroy(error))
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of packed.pipe(gunzip)) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length > largest) throw new Error('more')
    }
  } catch (cause) {
    const got = length > largest ? 'more' : `${reasonOf(cause)} after ${length} bytes`
    throw dataError(where, { file }, `must be whole gzip of at most ${largest} bytes, got ${got}`, { cause })
  } finally {
    packed.destroy()
  }
  return Buffer.concat(chunks, length)
}
